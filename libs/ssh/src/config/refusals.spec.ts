import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expandPath } from './expand-tokens.js';
import { loadConfig } from './load-config.js';
import { matchesPattern } from './match-pattern.js';
import { parseConfig } from './parse-config.js';
import { jumpsOfCommand } from './proxy-jump.js';
import { resolveConfig } from './resolve-config.js';

const run = promisify(execFile);
const ask = (text: string, name: string, user?: string) => resolveConfig(parseConfig(text, 'config'), { name, localUser: 'me', ...(user === undefined ? {} : { user }) });

describe('what Edge refuses of an ssh configuration', () => {
  let folder: string;
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'edge-refusals-')); });
  afterAll(() => rm(folder, { recursive: true }));

  it('runs nothing and names the line', async () => {
    const canary = join(folder, 'canary');
    const text = `Match exec "touch ${canary}"\n User evil\nHost p\n ProxyCommand touch ${canary}\nHost c\n LocalCommand touch ${canary}\n KnownHostsCommand touch ${canary}\n`;
    await writeFile(join(folder, 'config'), text);
    const lines = await loadConfig(join(folder, 'config'), folder);
    const config = resolveConfig(lines, { name: 'p', localUser: 'me' });
    expect(config.refused).toEqual([`${folder}/config:1: Match exec is never run`, `${folder}/config:4: this ProxyCommand is never run`]);
    expect(config.user).toBe('me');
    await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['Match host web* exec "true"', 'web1', true],
    ['Match host web* exec "true"', 'db1', false],
    ['Match exec "true" host web*', 'db1', false],
    ['Match exec "true" host web*', 'web1', true],
    ['Match !exec "true" host web*', 'web1', true],
    ['Match user root exec true', 'web1', false],
    ['Match host db* tagged blue', 'web1', false],
    ['Match tagged blue host web*', 'web1', false],
    ['Tag blue\nMatch tagged blue host web*\n BindInterface eth0', 'web1', true],
    ['Tag red\nMatch tagged blue host web*\n BindInterface eth0', 'web1', false],
    ['Match localnetwork 10.0.0.0/8 host db*', 'web1', false],
    ['Match host web* localnetwork 10.0.0.0/8', 'web1', true],
    ['Match sessiontype exec host web*', 'web1', true],
    ['Match host web* all exec x', 'web1', true],
    ['RefuseConnection "closed"', 'web1', true],
    ['Host db*\n RefuseConnection closed', 'web1', false],
    ['CanonicalizeHostname yes\nCanonicalDomains x.org', 'web1', true],
    ['CanonicalizeHostname yes\nCanonicalDomains x.org', 'web1.x.y', false],
    ['CanonicalizeHostname yes\nCanonicalDomains x.org\nProxyJump gate', 'web1', false],
    ['CanonicalizeHostname always\nCanonicalDomains x.org\nProxyJump gate', 'web1', true],
    ['CanonicalizeHostname yes\nCanonicalDomains none', 'web1', false],
    ['CanonicalDomains x.org', 'web1', false],
    ['UseKeychain yes\nAddKeysToAgent yes\nForwardAgent yes\nObscureKeystrokeTiming no', 'web1', false],
    ['Match strange host web*', 'web1', true],
    ['Host db1\nMatch all\nHost other\nMatch originalhost web1 exec x', 'web1', true],
  ])('refuses by %j the host %s: %s', (text, name, refused) => {
    expect(ask(`${text}\n Port 9\n`, name).refused.length > 0).toBe(refused);
  });

  it.each([
    ['ssh -W %h:%p gate', [{ name: 'gate' }]],
    ['ssh -q -W %h:%p joe@gate', [{ name: 'gate', user: 'joe' }]],
    ['/usr/bin/ssh -W [%h]:%p -p 2222 -l joe gate 2>/dev/null', [{ name: 'gate', user: 'joe', port: 2222 }]],
    ['exec ssh gate -W %h:%p', [{ name: 'gate' }]],
    ['ssh -W%h:%p -J first,joe@second:23 gate', [{ name: 'first' }, { name: 'second', user: 'joe', port: 23 }, { name: 'gate' }]],
    ['ssh -W %h:%p %r@gate', [{ name: 'gate', user: '%r' }]],
  ])('takes %s for the jump it is', (command, hops) => {
    expect(jumpsOfCommand(command)).toEqual(hops);
  });

  it.each(['nc %h %p', 'ssh gate nc %h %p', 'ssh -W other:22 gate', 'ssh -o ProxyCommand=x -W %h:%p gate', 'ssh -W %h:%p gate; touch /tmp/x', 'ssh -W %h:%p $(id)', 'ssh -F other -W %h:%p gate', 'ssh -i key -W %h:%p gate', 'sshx -W %h:%p gate', 'ssh -W %h:%p', 'ssh -W %h:%p -oProxyCommand=x', 'ssh -W %h:%p gate reboot'])('does not take %s for a jump', (command) => {
    expect(jumpsOfCommand(command)).toBeUndefined();
    expect(ask(`Host a\n ProxyCommand ${command}\n`, 'a').refused).toEqual(['config:2: this ProxyCommand is never run']);
    expect(ask(`Host a\n ProxyCommand ${command}\n`, 'b').refused).toEqual([]);
  });

  it('puts the host and the user in for the tokens of hops', () => {
    expect(ask('Host a\n HostName %h.x\n ProxyJump %r@gate-%n,%h-gate', 'a', 'eve').jumps).toEqual([{ name: 'gate-a', user: 'eve' }, { name: 'a.x-gate' }]);
    expect(ask('Host a\n User bob\n ProxyCommand ssh -W %h:%p %r@gate', 'a').jumps).toEqual([{ name: 'gate', user: 'bob' }]);
  });

  it('lets the first of ProxyJump and ProxyCommand win', () => {
    expect(ask('ProxyJump gate\nProxyCommand nc %h %p', 'a')).toMatchObject({ jumps: [{ name: 'gate' }], refused: [] });
    expect(ask('ProxyCommand nc %h %p\nProxyJump gate', 'a').refused).toHaveLength(1);
    expect(ask('ProxyCommand none\nProxyJump gate', 'a')).toMatchObject({ jumps: [], refused: [] });
  });

  it.each(['Port abc', 'Port 70000', 'IdentityFile "open', 'ConnectTimeout soon', 'IdentitiesOnly maybe', 'ProxyJump a b', 'Ciphers ,', 'HostName', 'Strange yes', 'HostName %n', 'Port 9 8', 'IdentityFile /a /b', 'User ""', 'UserKnownHostsFile none x', 'PasswordAuthentication perhaps', 'CanonicalizeHostname none'])('refuses only whom the bad line %j applies to', (line) => {
    expect(ask(`Host a\n ${line}\nHost b\n Port 9\n`, 'a').refused).toHaveLength(1);
    expect(ask(`Host a\n ${line}\nHost b\n Port 9\n`, 'b').refused).toEqual([]);
  });

  it('lets what is given win, and matches by it', () => {
    const lines = parseConfig('Match user root host 10.0.0.1\n IdentityFile /r\nHost a\n User bob\n Port 9\n HostName x', 'config');
    expect(resolveConfig(lines, { name: 'a', hostName: '10.0.0.1', user: 'root', port: 2222, localUser: 'me' })).toMatchObject({ hostName: '10.0.0.1', user: 'root', port: 2222, identityFiles: ['/r'] });
  });

  it('expands the names of keys as ssh does', async () => {
    const me = userInfo();
    const files = ['~/.ssh/%n', '/k/%h-%p-%r', '%d/%u/%%', '/k/%C', '/k/%l-%L', '/k/%i', '${HOME}/k', '/k/%k'];
    const config = join(folder, 'tokens');
    await writeFile(config, `Host web\n HostName %h.example.com\n Port 2222\n User bob\n${files.map((file) => ` IdentityFile "${file}"\n`).join('')}`, { mode: 0o600 });
    // ssh says the expanded names only while it connects: to a program that ends at once.
    const said = await run('ssh', ['-T', '-v', '-F', config, '-o', 'ProxyCommand=true', 'web'], { env: { ...process.env, HOME: homedir() } }).catch((error: { stderr: string }) => error);
    const theirs = [...said.stderr.matchAll(/identity file (\S+) type/g)].map((found) => found[1]!).filter((file) => !file.endsWith('-cert'));
    const values = { originalName: 'web', hostName: 'web.example.com', keyAlias: 'web', port: 2222, user: 'bob', localUser: me.username, localUid: me.uid, localHost: hostname(), home: homedir() };
    expect(files.map((file) => expandPath(file, values))).toEqual(theirs.map((text) => ({ text })));
    expect(expandPath('~joe/k', values)).toHaveProperty('detail');
    expect(expandPath('/k/%z', values)).toHaveProperty('detail');
    expect(expandPath('${SECRET}/k', values)).toHaveProperty('detail');
    expect(expandPath('${KEYS}/k', { ...values, variable: (name) => (name === 'KEYS' ? '/%d~' : undefined) })).toEqual({ text: '/%d~/k' });
    expect(expandPath('/${EDGE_SSH_PASSWORD}', { ...values, variable: () => 'secret' })).toHaveProperty('detail');
    expect(expandPath('${HOME', values)).toHaveProperty('detail');
  });

  it('matches patterns as the plain reading of them does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 12 });
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 }), letters, (text, pattern) => {
      const plain = new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\?/g, '.').replace(/\*+/g, '.*')}$`);
      return matchesPattern(text, pattern) === plain.test(text);
    }));
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('Host ', 'Match ', 'exec ', '"', '=', ' ', '\n', '*', '!', '%', 'ProxyCommand ', 'Port ', 'x', ',', '\\') }), { maxLength: 8 }), (parts) => {
      ask(parts.join(''), 'x');
    }));
  });
});
