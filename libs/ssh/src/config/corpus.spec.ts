import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { algorithmList } from './algorithm-list.js';
import { loadConfig } from './load-config.js';
import { resolveConfig, type HostConfig } from './resolve-config.js';

const run = promisify(execFile);
const compared = [
  'hostname', 'user', 'port', 'identityfile', 'certificatefile', 'identitiesonly', 'connecttimeout', 'serveraliveinterval', 'serveralivecountmax', 'ciphers', 'kexalgorithms', 'macs',
  'hostkeyalgorithms', 'hostkeyalias', 'userknownhostsfile', 'globalknownhostsfile', 'proxyjump', 'bindaddress', 'addressfamily',
  'pubkeyauthentication', 'passwordauthentication', 'kbdinteractiveauthentication', 'preferredauthentications', 'revokedhostkeys',
];
type View = Record<string, string[]>;

/** What `ssh -G` says, of the compared keywords. It runs `Match exec`: the corpus has none. */
async function askSsh(file: string, host: string): Promise<View> {
  const { stdout } = await run('ssh', ['-T', '-G', '-F', file, host]);
  const view: View = {};
  for (const line of stdout.split('\n')) {
    const [keyword = '', ...words] = line.split(' ');
    if (compared.includes(keyword)) (view[keyword] ??= []).push(words.join(' '));
  }
  return view;
}

const names = { ciphers: 'ciphers', kexAlgorithms: 'kexalgorithms', macs: 'macs', hostKeyAlgorithms: 'hostkeyalgorithms' } as const;
const supportedBy: Record<string, string[]> = {};

/** The same view of our answer: ssh's defaults, and what the configuration sets. */
function viewOf(config: HostConfig, defaults: View): View {
  const one = (value: string | number | undefined) => (value === undefined ? undefined : [String(value)]);
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : [value ? 'yes' : 'no']);
  const jump = config.jumps.map((hop) => `${hop.user === undefined ? '' : `${hop.user}@`}${hop.name.includes(':') ? `[${hop.name}]` : hop.name}${hop.port === undefined ? '' : `:${hop.port}`}`);
  const lists = Object.fromEntries(Object.entries(names).map(([ours, theirs]) => {
    const setting = config[ours as keyof typeof names];
    return [theirs, setting === undefined ? undefined : [algorithmList(setting, { defaults: defaults[theirs]![0]!.split(','), supported: supportedBy[theirs]! }).join(',')]];
  }));
  const set: Record<string, string[] | undefined> = {
    ...lists,
    hostname: one(config.hostName), user: one(config.user), port: one(config.port),
    identityfile: config.identityFiles.length > 0 ? config.identityFiles : undefined,
    certificatefile: config.certificateFiles.length > 0 ? config.certificateFiles : undefined,
    identitiesonly: config.identitiesOnly === undefined ? undefined : [config.identitiesOnly ? 'yes' : 'no'],
    connecttimeout: one(config.connectTimeoutSeconds), serveraliveinterval: one(config.serverAliveIntervalSeconds), serveralivecountmax: one(config.serverAliveCountMax),
    hostkeyalias: one(config.hostKeyAlias), bindaddress: one(config.bindAddress), addressfamily: one(config.addressFamily),
    userknownhostsfile: config.userKnownHostsFiles && [config.userKnownHostsFiles.map((file) => file.replace(/^~(?=\/)/, homedir())).join(' ')],
    globalknownhostsfile: config.globalKnownHostsFiles && [config.globalKnownHostsFiles.join(' ')],
    // -G says "true" and "false" for pubkeyauthentication, which knows more than two values.
    pubkeyauthentication: one(config.pubkeyAuthentication === undefined ? undefined : String(config.pubkeyAuthentication)), passwordauthentication: flag(config.passwordAuthentication),
    kbdinteractiveauthentication: flag(config.kbdInteractiveAuthentication), preferredauthentications: one(config.preferredAuthentications), revokedhostkeys: one(config.revokedHostKeys),
    proxyjump: jump.length > 0 ? [jump.join(',')] : undefined,
  };
  return Object.fromEntries(compared.flatMap((keyword) => { const value = set[keyword] ?? defaults[keyword]; return value ? [[keyword, value]] : []; }));
}

const corpus: [title: string, config: string, hosts: string[]][] = [
  ['an empty file', '', ['a']],
  ['settings before any block', 'Port 2200\nUser deploy', ['a', 'b']],
  ['a plain Host', 'Host a\n  Port 2201\nHost b\n  Port 2202', ['a', 'b', 'c']],
  ['the first value', 'Host a\n Port 1\nHost *\n Port 2\n', ['a', 'b']],
  ['a general block that comes first', 'Host *\n Port 2\nHost a\n Port 1\n', ['a']],
  ['several patterns', 'Host a b c*\n Port 9', ['a', 'b', 'cc', 'd']],
  ['question marks', 'Host web?\n Port 9', ['web1', 'web', 'web10']],
  ['stars inside', 'Host w*b*1\n Port 9', ['web1', 'wb1', 'wxbx2', 'w1b11']],
  ['a negation', 'Host *.x !bad.x\n Port 9', ['good.x', 'bad.x', 'other']],
  ['a negation that comes first', 'Host !bad.x *.x\n Port 9', ['good.x', 'bad.x']],
  ['a negation alone', 'Host !bad\n Port 9', ['good', 'bad']],
  ['negated stars', 'Host * !*.prod\n User dev', ['a', 'a.prod']],
  ['upper-case names', 'Host Web\n Port 9\nHost web\n Port 8', ['Web', 'web', 'WEB']],
  ['upper-case HostName', 'Host a\n HostName WEB.Example.COM', ['a']],
  ['keywords in any case', 'hOsT a\n pOrT 9\n USER x', ['a']],
  ['equal signs', 'Host=a\n Port=9\n User = bob\n HostName= h.x', ['a']],
  ['equal signs with tabs', 'Host\ta\n\tPort\t=\t9\n', ['a']],
  ['quotes', 'Host "a"\n User "bob smith"\n IdentityFile "/keys/my key"', ['a']],
  ['single quotes', "Host 'a'\n IdentityFile '/keys/my key'", ['a']],
  ['escapes', 'Host a\n IdentityFile /keys/my\\ key\n IdentityFile "/k/\\"q\\""', ['a']],
  ['comments', '# top\nHost a # tail\n Port 9 # nine\n  # inside\n', ['a', '#']],
  ['a number sign inside a word', 'Host a\n IdentityFile /k/a#b', ['a']],
  ['trailing blanks and CR', 'Host a  \r\n Port 9 \t\r\n', ['a']],
  ['HostName with %h', 'Host a\n HostName %h.example.com', ['a']],
  ['HostName with %%', 'Host a\n HostName a%%b', ['a']],
  ['%h for many hosts', 'Host *.short\n HostName %h.example.com\n', ['a.short', 'b.short', 'c']],
  ['many identities in order', 'IdentityFile ~/.ssh/one\nHost a\n IdentityFile ~/.ssh/two\n IdentityFile %d/three\nHost *\n IdentityFile ~/.ssh/four', ['a', 'b']],
  ['an identity named twice', 'Host a\n IdentityFile ~/x\nHost *\n IdentityFile ~/x\n IdentityFile ~/y', ['a']],
  ['certificates', 'Host a\n CertificateFile ~/c1\nHost *\n CertificateFile ~/c2\n CertificateFile ~/c1', ['a', 'b']],
  ['IdentitiesOnly', 'Host a\n IdentitiesOnly yes\nHost *\n IdentitiesOnly no', ['a', 'b']],
  ['flags in other words', 'Host a\n IdentitiesOnly true\nHost b\n IdentitiesOnly false', ['a', 'b']],
  ['ConnectTimeout', 'Host a\n ConnectTimeout 7\nHost b\n ConnectTimeout 1m30s', ['a', 'b']],
  ['ServerAlive', 'Host a\n ServerAliveInterval 15\n ServerAliveCountMax 5\nHost b\n ServerAliveInterval 2m', ['a', 'b']],
  ['units of time', 'Host a\n ServerAliveInterval 1h\nHost b\n ServerAliveInterval 1d\nHost c\n ServerAliveInterval 1W2D', ['a', 'b', 'c']],
  ['Ciphers as a list', 'Host a\n Ciphers aes256-ctr,aes128-ctr', ['a']],
  ['Ciphers added', 'Host a\n Ciphers +aes128-cbc,aes256-cbc', ['a']],
  ['Ciphers taken away', 'Host a\n Ciphers -aes*-gcm@openssh.com,chacha20*', ['a']],
  ['Ciphers put in front', 'Host a\n Ciphers ^aes256-ctr,aes128-cbc', ['a']],
  ['KexAlgorithms', 'Host a\n KexAlgorithms -diffie*\nHost b\n KexAlgorithms curve25519-sha256\nHost c\n KexAlgorithms ^ecdh-sha2-nistp256', ['a', 'b', 'c']],
  ['MACs', 'Host a\n MACs -*sha1*,umac*\nHost b\n MACs hmac-sha2-512\nHost c\n MACs +hmac-md5', ['a', 'b', 'c']],
  ['HostKeyAlgorithms', 'Host a\n HostKeyAlgorithms ssh-ed25519\nHost b\n HostKeyAlgorithms -*-cert-v01@openssh.com\nHost c\n HostKeyAlgorithms ^rsa-sha2-512\nHost d\n HostKeyAlgorithms +ssh-rsa', ['a', 'b', 'c', 'd']],
  ['HostKeyAlias', 'Host a\n HostKeyAlias cluster\n HostName 10.0.0.1', ['a']],
  ['UserKnownHostsFile', 'Host a\n UserKnownHostsFile ~/kh1 /etc/kh2\nHost *\n UserKnownHostsFile /dev/null', ['a', 'b']],
  ['GlobalKnownHostsFile', 'Host a\n GlobalKnownHostsFile /g1 "/g 2"', ['a']],
  ['ProxyJump', 'Host a\n ProxyJump gate', ['a', 'gate']],
  ['ProxyJump with user and port', 'Host a\n ProxyJump joe@gate:2222', ['a']],
  ['a chain of jumps', 'Host a\n ProxyJump one,joe@two:22,three:23', ['a']],
  ['ProxyJump none', 'Host a\n ProxyJump none\nHost *\n ProxyJump gate', ['a', 'b']],
  ['ProxyJump by IPv6', 'Host a\n ProxyJump joe@[fe80::1]:2222', ['a']],
  ['ProxyJump excluding the gate itself', 'Host * !gate\n ProxyJump gate', ['a', 'gate']],
  ['ProxyCommand none first', 'Host a\n ProxyCommand none\nHost *\n ProxyJump gate', ['a', 'b']],
  ['BindAddress and AddressFamily', 'Host a\n BindAddress 127.0.0.2\n AddressFamily inet6', ['a']],
  ['Match all', 'Match all\n Port 9', ['a']],
  ['Match host', 'Match host a,b*\n Port 9', ['a', 'bb', 'c']],
  ['Match host after HostName', 'Host a\n HostName real.x\nMatch host real.x\n Port 9\nMatch host a\n Port 8', ['a', 'real.x']],
  ['Match originalhost', 'Host a\n HostName real.x\nMatch originalhost a\n Port 9\nMatch originalhost real.x\n Port 8', ['a', 'real.x']],
  ['Match in any case', 'Match host WEB*\n Port 9\nMatch originalhost web2\n Port 8', ['web1', 'WEB2']],
  ['Match user', 'Host a\n User bob\nMatch user bob,eve\n Port 9', ['a', 'b', 'eve@b', 'x@a']],
  ['Match localuser', `Match localuser ${userInfo().username}\n Port 9\nMatch localuser nobody-here\n User x`, ['a']],
  ['Match with several criteria', 'Match host a* user bob\n Port 9', ['bob@aa', 'eve@aa', 'bob@b']],
  ['Match with negations', 'Match !host a,b\n Port 9\nMatch host * !user bob\n ConnectTimeout 3', ['a', 'c', 'bob@c']],
  ['negation inside a Match list', 'Match host *.x,!bad.x\n Port 9', ['good.x', 'bad.x']],
  ['Match with equal signs and quotes', 'Match host="a,b" user=bob\n Port 9', ['bob@a', 'a']],
  ['Match final', 'Match final host *.x\n Port 9\nHost a\n HostName a.x', ['a', 'b']],
  ['Match final and Host on the second pass', 'Host a\n HostName real.x\nHost real.x\n Port 9\nMatch final all\n User second', ['a']],
  ['Match canonical', 'Match canonical\n Port 9', ['a']],
  ['Match canonical all with final', 'Match canonical all\n Port 9\nMatch final\n User f', ['a']],
  ['not final', 'Match !final host a\n Port 9', ['a', 'b']],
  ['final with identities', 'IdentityFile ~/one\nMatch final\n IdentityFile ~/two', ['a']],
  ['final with %h', 'Host a\n HostName %h.x\nMatch final\n Port 4', ['a']],
  ['a user on the command line', 'Host a\n User bob', ['a', 'eve@a']],
  ['Include', 'Include ROOT/sub/*.conf\nHost a\n Port 2', ['a', 'b', 'inc']],
  ['Include inside a block that does not apply', 'Host zzz\n Include ROOT/sub/*.conf\nHost a\n Port 2', ['a', 'inc', 'zzz']],
  ['Include inside a block that applies', 'Host inc a\n Include ROOT/sub/1.conf\n User after', ['a', 'inc']],
  ['Include of nothing', 'Include ROOT/none/*.conf ROOT/absent\nPort 3', ['a']],
  ['Include of several', 'Include ROOT/sub/2.conf ROOT/sub/1.conf', ['a', 'inc']],
  ['Include that includes', 'Include ROOT/nest\nHost *\n Port 1', ['a', 'inc']],
  ['blocks end with their file', 'Include ROOT/open\nUser outer', ['a', 'inc']],
  ['ways to sign in', 'Host a\n PasswordAuthentication no\n KbdInteractiveAuthentication no\nHost b\n PubkeyAuthentication no\n PreferredAuthentications password,publickey\nHost *\n PasswordAuthentication yes', ['a', 'b', 'c']],
  ['older names of ways to sign in', 'Host a\n ChallengeResponseAuthentication no\nHost b\n SkeyAuthentication no\nHost c\n DSAAuthentication no', ['a', 'b', 'c']],
  ['RevokedHostKeys', 'Host a\n RevokedHostKeys /r1\nHost *\n RevokedHostKeys /r2', ['a', 'b']],
  ['flags in any case', 'IdentitiesOnly YES\nPasswordAuthentication No', ['a']],
  ['a time that says nothing', 'ConnectTimeout none\nConnectTimeout 5\nServerAliveInterval none', ['a']],
  ['a port by its service', 'Host a\n Port ssh', ['a']],
  ['ProxyJump with a comment', 'Host a\n ProxyJump b # c\nHost b\n ProxyJump c,d#e', ['a', 'b']],
  ['ProxyJump with an empty port', 'Host a\n ProxyJump b:', ['a']],
  ['addresses in other forms', '', ['127.1', '0x7f.1', '::0001', '2001:DB8::0:1', '01.02.03.04', '1', '::ffff:1.2.3.4', '10.0.0.1', '1.2.3.4.5']],
  ['addresses by HostName', 'Host a\n HostName 127.1\nMatch final host 127.0.0.1\n Port 9', ['a']],
  ['HostKeyAlias in upper case', 'HostKeyAlias A', ['x']],
  ['CanonicalizeHostname without domains', 'CanonicalizeHostname yes\nMatch canonical\n Port 9\nHost b\n User real\nHost a\n HostName b', ['a', 'c']],
  ['CanonicalizeHostname off', 'CanonicalizeHostname no\nMatch canonical\n Port 9', ['a']],
  ['final inside a file that is not followed', 'Host zz\nInclude ROOT/final\nHost b\n Port 7\nHost a\n HostName b', ['a']],
  ['IgnoreUnknown', 'IgnoreUnknown Strange*,Odd\nStrangeThing yes\nodd 7\nPort 3', ['a']],
  ['what Edge passes over', 'ForwardAgent yes\nControlMaster auto\nLocalForward 1 a:1\nSendEnv A B\nRequestTTY no\nCompression yes\nGSSAPIAuthentication no\nProtocol 2', ['a']],
  ['all after one criterion', 'Match final all\n Port 9\nMatch host a all\n User u\nMatch !all\n User v', ['a', 'b']],
];

/** What ssh calls bad for every host, and Edge for those that it applies to. */
const bad = [
  'Port 9 8', 'IdentityFile /a /b', 'BindAddress 1 2', 'ServerAliveInterval 1h 2', 'Port"9"', 'Bogus x', ';Port 8', '\fPort 7', '\uFEFFPort 9', 'Host ""', 'Host * ""', 'Include ""', 'User ""', 'IdentityFile ""', 'Match all host a', 'Match final host a all', 'Match', 'Match host',
  'HostName %n', 'HostName %', 'CanonicalizeHostname none', 'CanonicalDomains none x', 'UserKnownHostsFile none x', 'UserKnownHostsFile', 'ConnectTimeout 99999999999', 'ConnectTimeout 1x', 'ServerAliveCountMax -1', 'IdentitiesOnly maybe', 'PubkeyAuthentication maybe',
  'PreferredAuthentications a b', 'ProxyJump a, b', 'ProxyJump a,,b', 'ProxyJump @b', 'ProxyJump b:0', 'ProxyJump b/22', 'Port 0', 'Port 65536', 'Port', 'Port #9', 'User "a', 'AddressFamily inet4', 'IgnoreUnknown Odd\nBogus x', 'Include ROOT/writable',
];

describe('the resolver beside ssh -G', () => {
  let root: string;
  let defaults: View;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'edge-config-'));
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'sub/1.conf'), 'Host inc\n Port 71\n User one\nHost *\n ConnectTimeout 11\n');
    await writeFile(join(root, 'sub/2.conf'), 'Host inc\n Port 72\n User two\nHost *\n ConnectTimeout 12\n');
    await writeFile(join(root, 'nest'), `Host inc\n Include ${root}/sub/1.conf\n`);
    await writeFile(join(root, 'open'), 'Host nobody\n Port 5\n');
    await writeFile(join(root, 'final'), 'Match final\n User nobody\n');
    await writeFile(join(root, 'writable'), 'User evil\n');
    await chmod(join(root, 'writable'), 0o666);
    defaults = await askSsh('/dev/null', 'x');
    for (const [theirs, query] of [['ciphers', 'cipher'], ['kexalgorithms', 'kex'], ['macs', 'mac'], ['hostkeyalgorithms', 'HostKeyAlgorithms']] as const) {
      supportedBy[theirs] = (await run('ssh', ['-Q', query])).stdout.trim().split('\n');
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  const ours = async (file: string, host: string) => {
    const [name = '', user] = host.split('@').reverse();
    const lines = await loadConfig(file, homedir());
    const config = resolveConfig(lines, { name, localUser: userInfo().username, ...(user === undefined ? {} : { user }) });
    expect(config.refused).toEqual([]);
    return viewOf(config, { ...defaults, identityfile: defaults['identityfile']! });
  };

  it('has at least 60 cases', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
  });

  it.each(corpus)('agrees on %s', async (title, text, hosts) => {
    const file = join(root, `${title.replace(/\W/g, '-')}.cfg`);
    await writeFile(file, text.replaceAll('ROOT', root), { mode: 0o600 });
    for (const host of hosts) expect({ host, ...(await ours(file, host)) }).toEqual({ host, ...(await askSsh(file, host)) });
  });

  it.each(bad)('refuses with ssh: %j', async (text) => {
    const file = join(root, 'bad.cfg');
    await writeFile(file, `${text.replaceAll('ROOT', root)}\n`, { mode: 0o600 });
    await expect(run('ssh', ['-T', '-G', '-F', file, 'a'])).rejects.toMatchObject({ code: 255 });
    expect(resolveConfig(await loadConfig(file, homedir()), { name: 'a', localUser: 'me' }).refused).not.toEqual([]);
  });

  it('agrees on configurations made at random', async () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const file = join(root, 'random.cfg');
      const text = randomConfig(seed);
      await writeFile(file, text, { mode: 0o600 });
      for (const host of ['web1', 'bob@db.x']) expect({ text, ...(await ours(file, host)) }).toEqual({ text, ...(await askSsh(file, host)) });
    }
  }, 120_000);
});

/** A configuration from a seed: the same seed gives the same text. */
function randomConfig(seed: number): string {
  let state = seed * 2654435761;
  const pick = <T>(choices: T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return choices[(state >>> 8) % choices.length]!;
  };
  const heads = ['Host *', 'Host web*', 'Host web1 db*', 'Host * !web1', 'Host !db.x *', 'Host real.*', 'Match host web*', 'Match host real.x', 'Match originalhost web1', 'Match user bob', 'Match !user bob', 'Match final', 'Match final host real.*', 'Match all', 'Match !host real.x user *'];
  const settings = ['HostName real.x', 'HostName %h.real.x', 'Port 21', 'Port=23', 'User amy', 'IdentityFile ~/a', 'IdentityFile "/b c"', 'CertificateFile ~/c', 'ConnectTimeout 1m', 'ServerAliveInterval 9', 'Ciphers ^aes256-ctr', 'Ciphers -aes*', 'MACs +hmac-md5', 'ProxyJump one,two', 'ProxyJump none', 'HostKeyAlias k', 'UserKnownHostsFile /u1 /u2', 'IdentitiesOnly yes'];
  const lines: string[] = [];
  for (let block = 0; block < 5; block += 1) {
    if (block > 0 || pick([true, false])) lines.push(pick(heads));
    for (let count = 0; count < 3; count += 1) lines.push(`  ${pick(settings)}`);
  }
  return `${lines.join('\n')}\n`;
}
