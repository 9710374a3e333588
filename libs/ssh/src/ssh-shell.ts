import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostResult } from '@edge/contracts';
import { Shell, type OfferedKey, type OutputSink, type ShellCommand, type ShellFile, type ShellHost, type ShellTree } from '@edge/ports';
import { ConnectionPool } from './connect/connection-pool.js';
import { offeredKeysOf } from './connect/offered-keys.js';
import { cleanRecords } from './exec/clean.js';
import { HostLink } from './exec/host-link.js';
import { resultOf } from './exec/host-result.js';
import { endCommand, runDurable } from './exec/run-durable.js';
import { runFast } from './exec/run-fast.js';
import { upload } from './files/upload.js';
import { uploadTree } from './files/upload-tree.js';
import { SudoBook } from './exec/sudo-book.js';
import { redacted, tellsWrongPassword } from './exec/sudo-said.js';
import { whyUnsendable } from './exec/why-unsendable.js';
import { CommandOutput } from './output/command-output.js';
import { ShellClosed } from './shell-closed.js';
import { TargetResolver } from './target-resolver.js';
import { limitsOf, type Limits, type SshShellOptions } from './shell-options.js';

/** The `Shell` over SSH: strict host keys, pooled connections, launch-or-attach. */
export class SshShell extends Shell {
  private readonly limits: Limits;
  private readonly pool: ConnectionPool;
  private readonly resolver: TargetResolver;
  private readonly sudo: SudoBook;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<HostResult>>();

  constructor(private readonly options: SshShellOptions = {}) {
    super();
    this.limits = limitsOf(options);
    setMaxListeners(0, this.closing.signal);
    this.sudo = new SudoBook(options.sudoPassword);
    this.resolver = new TargetResolver(options, this.limits);
    this.pool = new ConnectionPool({ sessionsPerConnection: this.limits.maxSessionsPerHost, handshakes: this.limits.maxHandshakes, idleMs: this.limits.idleMs });
  }

  /** Rejects with `ShellClosed` if the shell is closed before the command's end was learnt. */
  async exec(command: ShellCommand, sink: OutputSink): Promise<HostResult> {
    if (this.closing.signal.aborted) throw new ShellClosed();
    const running = this.run(command, sink);
    this.running.add(running);
    try {
      return this.told(await running);
    } finally {
      this.running.delete(running);
    }
  }

  /** What could not be done because the shell was closed is no outcome: another executor can do it. */
  private told(result: HostResult): HostResult {
    const unknown = result.outcome === 'not-started' || result.cause === 'connection-lost' || result.cause === 'cancel-unconfirmed';
    if (this.closing.signal.aborted && unknown) throw new ShellClosed();
    return result;
  }

  private async run(command: ShellCommand, sink: OutputSink): Promise<HostResult> {
    const unsendable = whyUnsendable(command);
    if (unsendable) return resultOf('never-sent', unsendable);
    const link = await this.linkTo(command.host);
    if (!(link instanceof HostLink)) return link;
    const { sudoPassword, jobsFolder, log } = this.options;
    const secrets = [...(command.redact ?? []), ...(sudoPassword ? [sudoPassword] : [])];
    const sudo = await this.sudo.for(link, command.runAs);
    if (sudo && 'outcome' in sudo) return redacted(sudo, secrets);
    const output = new CommandOutput({ sink, redact: secrets, capBytes: this.limits.maxOutputBytes });
    const closed = this.closing.signal;
    if (command.channel === 'fast' && (!sudo || sudo.mode === 'free')) return runFast({ command, link, output, sudo, closed });
    const result = await runDurable({ command, link, output, limits: this.limits, jobsFolder, sudo, closed, log });
    if (sudo?.password !== undefined && tellsWrongPassword(result)) this.sudo.refused(link);
    return redacted(result, secrets);
  }

  /** Rejects with `ShellClosed` if the shell is closed before the end was proven. */
  async cancel(command: Pick<ShellCommand, 'id' | 'host' | 'runAs'>): Promise<HostResult> {
    return this.told(await this.end(command));
  }

  private async end(command: Pick<ShellCommand, 'id' | 'host' | 'runAs'>): Promise<HostResult> {
    const link = await this.linkTo(command.host);
    if (!(link instanceof HostLink)) return resultOf('cancel-unconfirmed', link.detail);
    const sudo = await this.sudo.for(link, command.runAs);
    return endCommand({ id: command.id, link, limits: this.limits, jobsFolder: this.options.jobsFolder, sudo: sudo && 'outcome' in sudo ? undefined : sudo, why: 'cancelled', withinMs: this.limits.killGraceMs + 20_000 });
  }

  async upload(file: ShellFile): Promise<HostResult> {
    const link = await this.linkTo(file.host);
    if (!(link instanceof HostLink)) return link;
    return upload(file, link, { jobsFolder: this.options.jobsFolder });
  }

  async uploadTree(tree: ShellTree): Promise<HostResult> {
    const link = await this.linkTo(tree.host);
    if (!(link instanceof HostLink)) return link;
    return uploadTree(tree, link, this.options.jobsFolder);
  }

  /** Sweeps the records of ended commands from a host: those older than 8 days, then the oldest beyond 500 MB; and parts of broken uploads as old. */
  async cleanHost(host: ShellHost, options: { olderThanMs?: number; keepBytes?: number } = {}): Promise<HostResult> {
    const link = await this.linkTo(host);
    return link instanceof HostLink ? cleanRecords(link, { ...options, jobsFolder: this.options.jobsFolder }) : link;
  }

  async offeredKeys(host: Omit<ShellHost, 'keys'>): Promise<OfferedKey[]> {
    return offeredKeysOf(await this.resolver.targetOf({ ...host, keys: [] }), this.pool);
  }

  async close(withinMs: number): Promise<void> {
    const all = Promise.allSettled([...this.running]);
    const patience = new AbortController();
    await Promise.race([all, sleep(withinMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    this.closing.abort();
    await this.pool.close(0);
    await all;
  }

  private async linkTo(host: ShellHost): Promise<HostLink | HostResult> {
    const target = await this.resolver.tryResolve(host);
    return 'outcome' in target ? target : new HostLink(target, this.pool, () => this.resolver.resolve(host));
  }
}
