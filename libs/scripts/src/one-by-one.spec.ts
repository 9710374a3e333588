import { describe, expect, it } from '@jest/globals';
import { type HostAnswer, simulateScript } from '@edge/testing/script';
import oneByOne from './one-by-one.js';

const config = { stop_command: '/etc/init.d/mmtwebd stop', start_command: '/etc/init.d/mmtwebd start', repo_dir: '/opt/mmtrepos', context_dir: '/opt/app', rm_context: true, set_owner: 'mmytu', custom_install_cmd: '/opt/app/migrate', bizeye_folder: 'shop' };
const hosts = { s1: { zone: 'MUM', vars: { port: 8001 } }, s2: { zone: 'MUM', vars: { port: 8002 } }, s3: { zone: 'CHN' } };
const deploy = (onCommand?: (command: { host: string; step: string }) => HostAnswer, more = {}) =>
  simulateScript({ script: oneByOne, type: 'deploy', config: { ...config, ...more }, hosts, version: 'shop-42.tar.gz', ...(onCommand ? { onCommand } : {}) });
const failing = (host: string, step: string) => (command: { host: string; step: string }): HostAnswer => (command.host === host && command.step === step ? { code: 1, tail: 'no such thing\n' } : undefined);

const download = (file: string, url: string) => `if command -v curl >/dev/null 2>&1; then curl -fsSL --globoff -o ${file}.part ${url}; else wget -q -O ${file}.part ${url}; fi && mv -f ${file}.part ${file}`;

describe('one-by-one', () => {
  it('takes one host after the other through every step', async () => {
    const { end, commands, succeeded, notes } = await deploy(({ step }) => (step === 'list old builds' ? { tail: '38\n37\n9\n' } : undefined));
    expect(end).toEqual({ ok: true });
    expect(succeeded).toEqual(['s1', 's2', 's3']);
    expect(commands.filter(({ host }) => host === 's2').map(({ step }) => step)).toEqual([
      'stop', 'make repository folder', 'download', 'check checksum', 'clear context folder', 'unpack', 'set owner', 'custom command', 'start', 'list old builds', 'clean old builds',
    ]);
    expect(commands.map(({ host }) => host)).toEqual(['s1', 's2', 's3'].flatMap((host) => Array.from({ length: 11 }, () => host)));
    expect(notes.filter((note) => note.event === 'version-live')).toHaveLength(3);
    expect(commands.slice(0, 7).concat(commands[10]!).map(({ text }) => text)).toEqual([
      'export EDGE_ACTION=simulated EDGE_HOST=s1 EDGE_ZONE=MUM EDGE_VERSION=shop-42.tar.gz EDGE_VAR_PORT=8001; /etc/init.d/mmtwebd stop',
      'mkdir -p /opt/mmtrepos',
      download('/opt/mmtrepos/shop-42.tar.gz', 'http://files.mum/SHOP/shop-42.tar.gz'),
      `${download('/opt/mmtrepos/shop-42.tar.gz.sha256', 'http://files.mum/SHOP/shop-42.tar.gz.sha256')} && if [ "$(grep -c . /opt/mmtrepos/shop-42.tar.gz.sha256)" != 1 ]; then echo '/opt/mmtrepos/shop-42.tar.gz.sha256 has not one line: which one counts?' >&2; false; fi && printf '%s  %s\\n' "$(cut -d ' ' -f 1 /opt/mmtrepos/shop-42.tar.gz.sha256)" /opt/mmtrepos/shop-42.tar.gz | { if command -v sha256sum >/dev/null 2>&1; then sha256sum -c -; else shasum -a 256 -c -; fi; }`,
      'rm -rf /opt/app && mkdir -p /opt/app',
      'mkdir -p /opt/app && tar -xzf /opt/mmtrepos/shop-42.tar.gz -C /opt/app',
      'chown -R mmytu:mmytu /opt/app',
      `rm -f ${['38', '37', '9'].map((build) => `/opt/mmtrepos/shop-${build}.tar.gz /opt/mmtrepos/shop-${build}.tar.gz.sha256`).join(' ')}`,
    ]);
  });
  it('removes nothing and starts the old version again when a checksum is wrong, and tries no further host', async () => {
    const { commands, failed, skipped } = await deploy(failing('s1', 'check checksum'));
    expect(commands.map(({ step }) => step)).toEqual(['stop', 'make repository folder', 'download', 'check checksum', 'start again']);
    expect(failed).toEqual({ s1: 'check checksum: the command exited with code 1. It said: no such thing' });
    expect(skipped).toEqual(['s2', 's3']);
  });
  it('goes on with the others where the configuration says so', async () => {
    const { failed, succeeded } = await deploy(failing('s2', 'start'), { stop_on_failure: false });
    expect([Object.keys(failed), succeeded]).toEqual([['s2'], ['s1', 's3']]);
  });
  it('never cleans the live build, and a failing clean-up costs nothing', async () => {
    const { commands, succeeded } = await deploy(({ step }) => (step === 'list old builds' ? { tail: '42\n11\n' } : step === 'clean old builds' ? { code: 1 } : undefined));
    expect(commands.find(({ step }) => step === 'clean old builds')?.text).toBe('rm -f /opt/mmtrepos/shop-11.tar.gz /opt/mmtrepos/shop-11.tar.gz.sha256');
    expect(succeeded).toHaveLength(3);
  });
  it('restarts without an artifact', async () => {
    const { commands, succeeded } = await simulateScript({ script: oneByOne, type: 'restart', config: { ...config, run_as: 'root' }, hosts });
    expect(commands.map(({ host, step, runAs }) => [host, step, runAs])).toEqual(['s1', 's2', 's3'].flatMap((host) => [[host, 'stop', 'root'], [host, 'start', 'root']]));
    expect(succeeded).toHaveLength(3);
  });
  it('begins nothing further when it is cancelled', async () => {
    const { end, commands } = await simulateScript({ script: oneByOne, type: 'restart', config, hosts, cancelAfter: 1 });
    expect(end).toMatchObject({ ok: false, error: { message: 'Cancelled: simulated' } });
    expect(commands.map(({ host, step }) => [host, step])).toEqual([['s1', 'stop'], ['s1', 'start']]);
  });
});
