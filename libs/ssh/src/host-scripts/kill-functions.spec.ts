import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { killFunctions } from './kill-functions.js';

/** How sudo is called for the processes 12 and 13, which the login user may not end. */
const calls = (user: string) => execFileSync('sh', ['-c', `kill() { return 1; }; sudo() { printf '<%s>' "$@" >&3; }; R=${user}; W=; l='12 13'\n${killFunctions}\nexec 3>&1; tell TERM`], { encoding: 'utf8' });

describe('ending processes of others', () => {
  it('goes by sh, which the rule for commands allows', () => {
    expect(calls('app')).toBe('<-n><-u><app><sh><-c><kill -TERM 12 13>');
  });

  it('goes by kill where the command was run as the login user', () => {
    expect(calls('')).toBe('<-n><kill><-TERM><12><13>');
  });
});
