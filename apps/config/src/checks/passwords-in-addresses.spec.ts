import { describe, expect, it } from '@jest/globals';
import { passwordsInAddresses } from './passwords-in-addresses.js';

describe('passwordsInAddresses', () => {
  it('finds them wherever they stand, and repeats none', () => {
    const document = { artifact_servers: { here: 'http://edge:hunter2@files:8000' }, config: { start_command: "curl -O 'https://u:p%40ss@host/x'", list: [{ url: 'redis://:secret@cache' }] } };
    const found = passwordsInAddresses(document);
    expect(found.map(({ pointer }) => pointer)).toEqual(['/artifact_servers/here', '/config/start_command', '/config/list/0/url']);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|p%40ss|secret@/);
  });

  it.each(['http://files:8000', 'unix:/run/haproxy.sock', 'https://user@host/x', 'curl https://u:$TOKEN@host/', 'git@host:repo', 'http://[::1]:8080/a@b:c@d'])('leaves %s alone', (text) => {
    expect(passwordsInAddresses({ text })).toEqual([]);
  });
});
