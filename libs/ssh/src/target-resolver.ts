import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { homedir } from 'node:os';
import { loadConfig, UnsafeConfig } from './config/load-config.js';
import type { ConfigLine } from './config/parse-config.js';
import type { JumpHop } from './config/proxy-jump.js';
import { ConnectFailure } from './connect/connect-failure.js';
import { shownKey, type HostKeyVerdict } from './connect/host-key-verdict.js';
import type { Target } from './connect/target.js';
import { resultOf } from './exec/host-result.js';
import { judgeHostKey, knownKeys, knownKeyTypes, trustOf, type HostKeyBook } from './host-keys/judge-host-key.js';
import { loadKnownHosts, type KnownHostsIndex } from './host-keys/known-hosts-index.js';
import { readRevokedKeys, type RevokedKeys } from './host-keys/read-revoked-keys.js';
import { hostSettings, type HostSettings } from './host-settings.js';
import { Remembered } from './remembered.js';
import { planSignIn, type SignInPlan } from './sign-in/plan-sign-in.js';
import type { Limits, SshShellOptions } from './shell-options.js';

// Longer chains are loops.
const maxHops = 16;
const rememberMs = 3000;

/** From a host as people name it to everything a connection needs. Files are read again when they were read 3 s ago. */
export class TargetResolver {
  private readonly targets = new Remembered<Target>(rememberMs);
  private readonly configs = new Remembered<ConfigLine[]>(rememberMs);
  private readonly plans = new Remembered<SignInPlan>(rememberMs);
  private readonly knownHosts = new Remembered<KnownHostsIndex>(rememberMs);
  private readonly revoked = new Remembered<RevokedKeys | string>(rememberMs);
  private readonly warned = new Set<string>();

  constructor(private readonly options: SshShellOptions, private readonly limits: Limits) {}

  async tryResolve(host: ShellHost): Promise<Target | HostResult> {
    try {
      return await this.resolve(host);
    } catch (error) {
      if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
      throw error;
    }
  }

  /** By the keys that are enrolled now, whatever was enrolled when the command was made. Rejects with `ConnectFailure`, and where the enrolled keys cannot be asked for. */
  async resolve(host: ShellHost): Promise<Target> {
    const keys = await this.keysOf(host.name, host.keys);
    return this.targetOf({ ...host, keys });
  }

  /** The way to a host that nobody needs to trust yet. */
  targetOf(host: ShellHost): Promise<Target> {
    const { name, address, port, user, keys } = host;
    return this.targets.get(JSON.stringify([name, address, port, user, keys]), async () => {
      const lines = await this.configLines();
      const settings = hostSettings(host, { lines, options: this.options, limits: this.limits });
      return this.target(settings, { keys, knownHostsFiles: settings.knownHostsFiles, jump: await this.throughAll(settings.jumps, { lines, passed: [settings] }) });
    });
  }

  /** The last hop of a chain, reached through those before it; the first one may have a chain of its own. */
  private async throughAll(hops: JumpHop[], { lines, passed }: { lines: ConfigLine[]; passed: HostSettings[] }): Promise<Target | undefined> {
    let jump: Target | undefined;
    for (const [index, hop] of hops.entries()) {
      const settings = this.settingsOf(hop, { lines, behind: passed[0]!.name });
      refuseLoop(settings, passed);
      if (index === 0) jump = await this.throughAll(settings.jumps, { lines, passed: [...passed, settings] });
      const keys = await this.keysOf(hop.name, []);
      jump = await this.target(settings, { keys, knownHostsFiles: settings.jumpKnownHostsFiles, jump });
    }
    return jump;
  }

  private async keysOf(name: string, given: string[]): Promise<string[]> {
    return this.options.enrolledKeys ? this.options.enrolledKeys(name) : given;
  }

  private settingsOf(hop: JumpHop, { lines, behind }: { lines: ConfigLine[]; behind: string }): HostSettings {
    try {
      return hostSettings(hop, { lines, options: this.options, limits: this.limits });
    } catch (error) {
      if (error instanceof ConnectFailure) throw new ConnectFailure(error.cause, `${behind} needs the jump host ${error.detail}`);
      throw error;
    }
  }

  private async target(settings: HostSettings, { keys, knownHostsFiles, jump }: { keys: string[]; knownHostsFiles: string[]; jump: Target | undefined }): Promise<Target> {
    const { name, address, port, user, transport } = settings;
    const book: HostKeyBook = { name: settings.keyName, enrolled: keys, ...(await this.knownAbout(settings, knownHostsFiles)) };
    const { ways, problems, notes } = await this.signIn(settings);
    return {
      name, address, port, user, ...transport, auth: ways, ...(problems.length > 0 ? { authProblems: problems } : {}), ...(notes.length > 0 ? { authNotes: notes } : {}), ...(jump ? { jump } : {}),
      trust: trustOf(book),
      judgeKey: (blob) => this.judged(name, book, blob),
      flawOf: (blob) => judgeHostKey(book, blob, Date.now()).flaw,
      keyTypes: knownKeyTypes(book),
    };
  }

  private judged(host: string, book: HostKeyBook, blob: Buffer): HostKeyVerdict {
    const { verdict } = judgeHostKey(book, blob, Date.now());
    if (verdict === 'changed') this.options.keyChanged?.({ host, offered: shownKey(blob), known: knownKeys(book).map(shownKey) });
    return verdict;
  }

  /** What known_hosts and RevokedHostKeys say about a host; revocations also of ssh's own known_hosts. Where a revocation cannot be read, nothing is believed. */
  private async knownAbout({ name, keyName, port, alias, revokedKeysFiles, jumpKnownHostsFiles: all }: HostSettings, files: string[]): Promise<Pick<HostKeyBook, 'lines' | 'revocations'>> {
    const index = await this.knownHosts.get(files.join('\n'), () => this.indexOf(files));
    const revoking = await this.knownHosts.get(`revoking\n${all.join('\n')}`, async () => (await this.indexOf(all)).revocations());
    const asked = { name: keyName, port, alias };
    const read = await Promise.all(revokedKeysFiles.map((path) => this.revoked.get(path, () => readRevokedKeys(path))));
    const revoked = read.filter((one) => typeof one !== 'string');
    const doubts = [...new Set([...index.doubtsAbout(asked), ...revoking.doubtsAbout(asked)]), ...read.filter((one) => typeof one === 'string')];
    if (doubts.length > 0) throw new ConnectFailure('ssh-config-refused', `${name}: ${doubts.join('; ')}.`);
    const lines = [...index.linesFor(asked), ...revoking.linesFor(asked), ...revoked.flatMap((one) => one.lines)];
    return { lines, revocations: revoked.flatMap(({ list }) => list ?? []) };
  }

  private signIn({ user, methods, identityFiles, identitiesAreDefault, certificateFiles, identitiesOnly, agentSocket }: HostSettings): Promise<SignInPlan> {
    const { passphrase, password } = this.options;
    const means = { user, methods, identityFiles, identitiesAreDefault, certificateFiles, identitiesOnly, ...(agentSocket === undefined ? {} : { agentSocket }) };
    const secrets = { ...(passphrase === undefined ? {} : { passphrase }), ...(password === undefined ? {} : { password }) };
    return this.plans.get(JSON.stringify(means), () => planSignIn({ ...means, ...secrets, nowMs: Date.now() }));
  }

  private configLines(): Promise<ConfigLine[]> {
    const { sshConfigPath, homeFolder } = this.options;
    if (sshConfigPath === undefined) return Promise.resolve([]);
    return this.configs.get('', () => loadConfig(sshConfigPath, homeFolder ?? homedir()).catch((error: NodeJS.ErrnoException) => {
      throw new ConnectFailure('ssh-config-refused', error instanceof UnsafeConfig ? `The ssh configuration ${error.message}.` : `The ssh configuration ${sshConfigPath} cannot be read (${error.code ?? error.message}).`);
    }));
  }

  private async indexOf(paths: string[]): Promise<KnownHostsIndex> {
    const { index, bad } = await loadKnownHosts(paths);
    const news = bad.filter((sentence) => !this.warned.has(sentence));
    for (const sentence of news) this.warned.add(sentence);
    if (news.length > 0) this.options.log?.warn({ lines: news }, 'known_hosts has lines that cannot be used; they trust nobody');
    return index;
  }
}

/** By name: the same address seen from a jump host may be another place. */
function refuseLoop(settings: HostSettings, passed: HostSettings[]): void {
  const again = passed.some(({ name }) => name === settings.name);
  if (again || passed.length >= maxHops) throw new ConnectFailure('ssh-config-refused', `${passed[0]!.name}: its ProxyJump comes back to ${settings.name}.`);
}
