import type { Host, Loss, RollOutReport } from '@edge/script';
import type { Conversation } from './conversation.js';

/** What became of each host of a rollout; every fact is noted once, for people and for the fold. */
export class Ledger {
  private readonly succeededHosts = new Set<string>();
  private readonly failures = new Map<string, Loss>();
  private readonly skippedHosts = new Set<string>();

  constructor(private readonly conversation: Conversation) {}

  failed(loss: Loss): void {
    if (this.failures.has(loss.host)) return;
    this.succeededHosts.delete(loss.host);
    this.failures.set(loss.host, loss);
    this.conversation.note({ event: 'host-failed', host: loss.host, why: loss.why, ...(loss.step ? { step: loss.step } : {}) });
  }

  /** What makes a failure worse, or is one by itself. */
  worse(loss: Loss): void {
    const known = this.failures.get(loss.host);
    this.failures.delete(loss.host);
    this.failed(known ? { ...known, why: `${known.why} ${loss.why}` } : loss);
  }

  succeeded(host: Host, version: string | undefined): void {
    if (this.failures.has(host.name)) return;
    this.succeededHosts.add(host.name);
    this.conversation.note({ event: 'host-succeeded', host: host.name, ...(version === undefined ? {} : { version }) });
  }

  /** Hosts that this action changed and that are well. */
  get wellHosts(): ReadonlySet<string> {
    return this.succeededHosts;
  }

  skipped(host: string, why: string): void {
    if (this.settled(host)) return;
    this.skippedHosts.add(host);
    this.conversation.note({ event: 'host-skipped', host, why });
  }

  hasFailed(host: string): boolean {
    return this.failures.has(host);
  }

  settled(host: string): boolean {
    return this.succeededHosts.has(host) || this.failures.has(host) || this.skippedHosts.has(host);
  }

  firstFailure(): Loss | undefined {
    return this.failures.values().next().value;
  }

  /** What these hosts came to. */
  report(hosts: readonly Host[]): RollOutReport {
    const names = hosts.map((host) => host.name);
    return {
      succeeded: names.filter((name) => this.succeededHosts.has(name)),
      failed: names.flatMap((name) => this.failures.get(name) ?? []),
      skipped: names.filter((name) => this.skippedHosts.has(name)),
    };
  }
}
