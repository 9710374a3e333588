import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '../check-command.js';

const rules = [{ name: 'prod', allow_only: ['systemctl restart *', 'rm -rf /opt/shop/*', 'sh app/start'] }];
const only = (...templates: string[]) => ({ rules: [{ name: 'prod', allow_only: templates }] });

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

  it('deny what may be meant when a word is not known', () => {
    const no = [{ name: 'no-stop', deny: ['systemctl stop {svc:name}'] }];
    expect(checkCommand('systemctl stop "$UNIT"', { rules: no })).toMatchObject({ verdict: 'deny', rule: 'no-stop' });
    expect(checkCommand('systemctl stop shop', { rules: no })).toMatchObject({ verdict: 'deny', rule: 'no-stop' });
    expect(checkCommand('systemctl restart shop', { rules: no }).verdict).toBe('allow');
  });

  it('cannot lift the floor', () => {
    expect(checkCommand('rm -rf /', { rules: [{ name: 'all', allow_only: ['*'] }] })).toMatchObject({ verdict: 'deny', rule: 'rm-system' });
    expect(checkCommand('rm -rf /etc', { rules: [{ name: 'rm', allow_only: ['rm -rf *'] }] })).toMatchObject({ verdict: 'deny', rule: 'rm-system' });
  });

  it('all have to agree', () => {
    const both = [{ name: 'whole', allow_only: ['systemctl restart *', 'uptime'] }, { name: 'space', allow_only: ['systemctl restart shop'] }, { name: 'asks', approve: ['uptime'] }];
    expect(checkCommand('systemctl restart shop', { rules: both }).verdict).toBe('allow');
    expect(checkCommand('uptime', { rules: both })).toMatchObject({ verdict: 'deny', rule: 'space' });
    expect(checkCommand('systemctl restart web', { rules: both })).toMatchObject({ verdict: 'deny', rule: 'space', instead: 'systemctl restart shop' });
  });
});

describe('parameters of templates', () => {
  it.each([
    ['systemctl restart {svc:name}', 'systemctl restart shop@1', 'systemctl restart --now'], ['kill {pid:number}', 'kill 4321', 'kill 43a1'], ['./deploy {v:version}', './deploy 1.2.3-rc.1+b', './deploy ../x'],
    ['chown -R app {p:path:/opt/app}', 'chown -R app /opt/app/x', 'chown -R app /opt/application'], ['ls {p:path:/opt/app}', 'cd /opt; ls app/../app/x', 'ls /opt/app/../shop'], ['./ctl {x:one-of:start|stop}', './ctl stop', './ctl stopall'],
    ['echo {t:text}', 'echo "a b; c"', 'echo -e'], ['./ctl --host={h:name} *', './ctl --host=web1 a b', './ctl --host= a'], ['tar -xzf {f:path:/opt/repo} -C /opt/app', 'tar -xzf /opt/repo/a.tgz -C /opt/app', 'tar -xzf /opt/repo/a.tgz -C /opt/app/x'],
  ])('%s takes %s and not %s', (template, fitting, other) => {
    const free = template.startsWith('ls') ? ['cd *'] : [];
    expect(checkCommand(fitting, only(template, ...free)).verdict).toBe('allow');
    expect(checkCommand(other, only(template, ...free))).toMatchObject({ verdict: 'deny', rule: 'prod' });
  });

  it('take no word that is not known', () => {
    expect(checkCommand('systemctl restart "$SVC"', only('systemctl restart {svc:name}'))).toMatchObject({ verdict: 'deny', rule: 'prod' });
    expect(checkCommand('systemctl restart "$SVC"', only('systemctl restart *')).verdict).toBe('allow');
    expect(checkCommand('S=shop; systemctl restart "$S"', only('systemctl restart {svc:name}')).verdict).toBe('allow');
  });
});

describe('files that output goes to', () => {
  it('need a template of their own where only templates may run', () => {
    const rule = only('echo *', '> /opt/shop/*');
    expect(checkCommand('echo x > /opt/shop/version', rule).verdict).toBe('allow');
    expect(checkCommand('cd /opt/shop && echo x >> version', rule).verdict).toBe('allow');
    expect(checkCommand('echo x > /dev/null 2>&1', rule).verdict).toBe('allow');
    expect(checkCommand('echo x > /opt/other', rule)).toMatchObject({ verdict: 'deny', rule: 'prod' });
    expect(checkCommand('echo x > "$F"', rule)).toMatchObject({ verdict: 'deny', rule: 'prod' });
  });

  it('are refused by name', () => {
    expect(checkCommand('echo x > /opt/shop/live', { rules: [{ name: 'live', deny: ['> /opt/shop/live'] }] })).toMatchObject({ verdict: 'deny', rule: 'live' });
  });
});
