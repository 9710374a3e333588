import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '../check-command.js';

const rules = [{ name: 'prod', allow_only: ['systemctl restart *', 'rm -rf /opt/shop/*', 'sh app/start'] }];

describe('policy documents', () => {
  it('allow only what a template matches', () => {
    expect(checkCommand('sudo systemctl restart shop', { rules }).verdict).toBe('allow');
    expect(checkCommand('cd /opt/shop && sh app/start', { rules }).verdict).toBe('allow');
    expect(checkCommand('systemctl stop shop', { rules })).toMatchObject({ verdict: 'deny', rule: 'prod' });
    expect(checkCommand('true; uptime', { rules })).toMatchObject({ verdict: 'deny', rule: 'prod' });
    expect(checkCommand('rm -rf /opt/shop/../data/x', { rules })).toMatchObject({ verdict: 'deny' });
  });

  it('ask for a second person', () => {
    expect(checkCommand('systemctl stop shop', { rules: [{ name: 'careful', approve: ['systemctl stop *'] }] })).toMatchObject({ verdict: 'approve', rule: 'careful' });
  });

  it('deny, however it is spelt', () => {
    const no = [{ name: 'no-java', deny: ['java *'] }];
    for (const text of ['java -jar x.jar', "sh -c 'java -jar x.jar'", 'J=java; $J -version', '/usr/bin/java x']) expect(checkCommand(text, { rules: no })).toMatchObject({ verdict: 'deny', rule: 'no-java' });
  });

  it('cannot lift the floor', () => {
    expect(checkCommand('rm -rf /', { rules: [{ name: 'all', allow_only: ['*'] }] })).toMatchObject({ verdict: 'deny', rule: 'rm-system' });
    expect(checkCommand('rm -rf /etc', { rules: [{ name: 'rm', allow_only: ['rm -rf *'] }] })).toMatchObject({ verdict: 'deny', rule: 'rm-system' });
  });
});
