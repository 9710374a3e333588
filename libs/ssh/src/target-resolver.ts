import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import type { AnyAuthMethod } from 'ssh2';
import { readPrivateKey } from './connect/authenticate.js';
import { ConnectFailure } from './connect/connect-failure.js';
import { judgeAgainst } from './connect/host-key-verdict.js';
import type { Target } from './connect/target.js';
import { resultOf } from './exec/host-result.js';
import type { Limits, SshShellOptions } from './shell-options.js';

/** From a host as people name it to everything a connection needs. */
export class TargetResolver {
  constructor(private readonly options: SshShellOptions, private readonly limits: Limits) {}

  async tryResolve(host: ShellHost): Promise<Target | HostResult> {
    try {
      return await this.resolve(host);
    } catch (error) {
      if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
      throw error;
    }
  }

  /** Rejects with `ConnectFailure`. */
  async resolve(host: ShellHost): Promise<Target> {
    const user = host.user ?? userInfo().username;
    const { auth, problem } = await this.authOf(user);
    return {
      name: host.name,
      address: host.address ?? host.name,
      port: host.port ?? 22,
      user,
      judgeKey: (blob) => judgeAgainst(host.keys, blob),
      keyTypes: host.keys.map((line) => line.trim().split(/\s+/)[0] ?? ''),
      auth,
      ...(problem ? { authProblem: problem } : {}),
      connectTimeoutMs: this.limits.connectTimeoutMs,
      keepaliveIntervalMs: this.limits.keepaliveIntervalMs,
      keepaliveCountMax: this.limits.keepaliveCountMax,
    };
  }

  private async authOf(username: string): Promise<{ auth: AnyAuthMethod[]; problem?: Target['authProblem'] }> {
    const home = this.options.homeFolder ?? homedir();
    const files = this.options.identityFiles ?? ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `${home}/.ssh/${name}`);
    const auth: AnyAuthMethod[] = [];
    for (const file of files) {
      const text = await readFile(file).catch(() => undefined);
      const key = text && readPrivateKey(text, this.options.passphrase);
      if (key && !(key instanceof Error)) auth.push({ type: 'publickey', username, key });
    }
    const { password, agentSocket } = this.options;
    if (agentSocket) auth.push({ type: 'agent', username, agent: agentSocket });
    if (password !== undefined) {
      auth.push({ type: 'password', username, password });
      auth.push({ type: 'keyboard-interactive', username, prompt: (_name, _text, _lang, prompts, finish) => finish(prompts.map(() => password)) });
    }
    return { auth };
  }
}
