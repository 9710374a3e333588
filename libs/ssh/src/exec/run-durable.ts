import { setTimeout as sleep } from 'node:timers/promises';
import type { HostResult } from '@edge/contracts';
import type { ShellCommand } from '@edge/ports';
import { ConnectFailure } from '../connect/connect-failure.js';
import type { ExchangeEnd } from '../exchange/run-exchange.js';
import { cancelScript } from '../host-scripts/cancel-script.js';
import { followScript } from '../host-scripts/follow-script.js';
import { launchScript } from '../host-scripts/launch-script.js';
import { measureScript } from '../host-scripts/measure-script.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { CommandOutput } from '../output/command-output.js';
import type { Limits, ShellLog } from '../shell-options.js';
import { ShellClosed } from '../shell-closed.js';
import type { HostLink } from './host-link.js';
import { resultOf, resultOfWords } from './host-result.js';

export interface DurableRun { command: ShellCommand; link: HostLink; output: CommandOutput; limits: Limits; jobsFolder: string | undefined; sudo: SudoUse | undefined; closed: AbortSignal; log: ShellLog | undefined }

// The host keeps a block more than is shipped, so that it shows here that there was more.
const capBlock = 4096;
// A reason of its own: without one every abort makes an exception with its stack, for nobody.
const over = 'over';

/** Launches or attaches, and stays with the command over lost connections until its end or its deadline. Rejects with `ShellClosed`. */
export async function runDurable(run: DurableRun): Promise<HostResult> {
  return new Durable(run).run();
}

class Durable {
  /** The host said that the command was launched. */
  private launched = false;
  /** The script went out: from here on the command may run. */
  private sent = false;
  private startedAt: string | undefined;
  private note: string | undefined;
  private readonly until: number;
  private killed: Promise<HostResult> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly over = new AbortController();

  constructor(private readonly at: DurableRun) {
    this.until = performance.now() + at.command.withinMs;
  }

  async run(): Promise<HostResult> {
    this.timer = setTimeout(() => void this.outOfTime(), this.at.command.withinMs);
    const close = () => this.over.abort(over);
    this.at.closed.addEventListener('abort', close);
    try {
      const result = await this.followToEnd();
      const times = this.startedAt ? { startedAt: this.startedAt, endedAt: new Date().toISOString() } : {};
      const detail = [result.detail, this.note].filter(Boolean).join(' ');
      const hidden = this.at.output.isFull() ? await this.hiddenBytes() : undefined;
      return { ...result, ...(detail ? { detail } : {}), ...times, ...(this.sent ? await this.at.output.finish(hidden) : {}) };
    } finally {
      clearTimeout(this.timer);
      this.at.closed.removeEventListener('abort', close);
      this.over.abort(over);
    }
  }

  /** Ends the command; a host that then still says nothing of its end is given up. */
  private async outOfTime(): Promise<void> {
    this.killed = this.kill();
    await this.killed;
    await sleep(this.at.limits.rescueMs, undefined, { signal: this.over.signal }).catch(() => undefined);
    this.over.abort(over);
  }

  private async followToEnd(): Promise<HostResult> {
    for (let attempt = 0; ; attempt += 1) {
      const end = await this.attempt();
      if (this.at.closed.aborted && (!('kind' in end) || end.kind !== 'ended')) throw new ShellClosed();
      if (this.at.output.failure !== undefined) return resultOf('connection-lost');
      if (!('kind' in end)) return end;
      if (end.kind === 'ended') return resultOfWords(end.words);
      if (end.kind === 'silent') return this.launched ? resultOf('connection-lost') : resultOf('no-posix-shell', end.noise ? `It said: ${end.noise.slice(0, 200)}` : undefined);
      if (this.pastRescue()) return this.killed ? await this.killed : resultOf('connection-lost', end.why);
      this.at.log?.warn({ host: this.at.link.target.name, command: this.at.command.id, why: end.why }, 'connection lost, attaching again');
      await sleep(Math.min(5000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2), undefined, { signal: this.over.signal }).catch(() => undefined);
    }
  }

  /** After the deadline a host that cannot be asked gets a little more time. */
  private pastRescue(): boolean {
    return performance.now() > this.until + (this.killed ? this.at.limits.rescueMs : 0);
  }

  private async attempt(): Promise<ExchangeEnd | HostResult> {
    try {
      return await (this.launched ? this.attach() : this.launch());
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error;
      if (!this.sent) return resultOf(error.cause, error.detail);
      return { kind: 'lost', why: error.detail, begun: false };
    }
  }

  private async launch(): Promise<ExchangeEnd> {
    const { command, link, limits, jobsFolder, output } = this.at;
    const marker = link.newMarker();
    const offsets = output.wanted();
    let live: Promise<ExchangeEnd | undefined> | undefined;
    let liveTimer: NodeJS.Timeout | undefined;
    let stopLive: AbortController | undefined;
    const script = launchScript({ marker, id: command.id, ...(jobsFolder ? { jobsFolder } : {}), text: command.text, env: command.env ?? {}, ...(command.stdin ? { stdin: command.stdin } : {}), offsets, ...this.bounds() });
    const onBegin = (words: string[]) => {
      this.begun(words);
      if (words[0] === 'new') liveTimer = setTimeout(() => { live = this.followLive((stopLive = new AbortController()).signal); }, limits.liveAfterMs);
    };
    try {
      const onSent = () => { this.sent = true; };
      const end = await link.exchange({ marker, script, output, offsets, onSent, onBegin, signal: this.over.signal });
      if (end.kind === 'ended' && end.words[4] === 'live') return await this.rest(live);
      return end;
    } finally {
      clearTimeout(liveTimer);
      stopLive?.abort(over);
    }
  }

  /** The output while the command runs, on a channel of its own; that it cannot be had is no harm. */
  private async followLive(signal: AbortSignal): Promise<ExchangeEnd | undefined> {
    try {
      return await this.attach(1, signal);
    } catch (error) {
      if (error instanceof ConnectFailure) return undefined;
      throw error;
    }
  }

  /** The live channel brings what is missing; if it dawdles it is fetched. */
  private async rest(live: Promise<ExchangeEnd | undefined> | undefined): Promise<ExchangeEnd> {
    const { output } = this.at;
    let seen = -1;
    while (live && seen !== output.stdout.received + output.stderr.received) {
      seen = output.stdout.received + output.stderr.received;
      const end = await Promise.race([live, sleep(60)]);
      if (end?.kind === 'ended') return end;
    }
    return this.attach();
  }

  private async attach(live: 0 | 1 = 0, signal: AbortSignal = this.over.signal): Promise<ExchangeEnd> {
    const { command, link, jobsFolder, output } = this.at;
    const marker = link.newMarker();
    const offsets = output.wanted();
    const script = followScript({ marker, id: command.id, ...(jobsFolder ? { jobsFolder } : {}), offsets, live, ...this.bounds() });
    return link.exchange({ marker, script, output, offsets, onBegin: (words) => this.begun(words), signal });
  }

  /** What the host wrote of each stream, where not all of it was fetched; unknown if it cannot be asked any more. */
  private async hiddenBytes(): Promise<{ stdout: number; stderr: number } | undefined> {
    const { command, link, jobsFolder } = this.at;
    const marker = link.newMarker();
    try {
      const end = await link.exchange({ marker, script: measureScript({ marker, id: command.id, ...(jobsFolder ? { jobsFolder } : {}) }) });
      const [stdout, stderr] = end.kind === 'ended' ? end.words.map(Number) : [];
      return stdout === undefined || stderr === undefined || Number.isNaN(stdout + stderr) ? undefined : { stdout, stderr };
    } catch (error) {
      if (error instanceof ConnectFailure) return undefined;
      throw error;
    }
  }

  private bounds() {
    const { command, limits, sudo } = this.at;
    return { ...(sudo ? { sudo } : {}), capBytes: limits.maxOutputBytes + capBlock, deadlineSeconds: Math.ceil(command.withinMs / 1000) + 15 };
  }

  private begun([state, , folder, age]: string[]): void {
    if (state === 'none') return;
    this.launched = true;
    this.startedAt ??= new Date(Date.now() - 1000 * (Number(age) || 0)).toISOString();
    if (folder && !this.at.jobsFolder && !folder.includes('/.edge/jobs/')) this.note = `Job records are in ${folder}, for the home could not be written.`;
  }

  private async kill(): Promise<HostResult> {
    const { command, link, limits, jobsFolder, sudo } = this.at;
    return endCommand({ id: command.id, link, limits, jobsFolder, sudo, why: 'deadline', withinMs: limits.rescueMs });
  }
}

export interface EndRequest { id: string; link: HostLink; limits: Limits; jobsFolder: string | undefined; sudo: SudoUse | undefined; why: 'cancelled' | 'deadline'; withinMs: number }

/** Ends the command on its host, asking again over lost connections; says whether its death is proven. */
export async function endCommand(request: EndRequest): Promise<HostResult> {
  const { id, link, limits, jobsFolder, sudo, why } = request;
  const until = performance.now() + request.withinMs;
  for (let attempt = 0; ; attempt += 1) {
    const failure = await endOnce();
    if (typeof failure !== 'string') return failure;
    if (performance.now() > until) return why === 'deadline' ? resultOf('deadline', `Its end could not be proven: ${failure}`) : resultOf('cancel-unconfirmed', failure);
    await sleep(Math.min(5000, 200 * 2 ** attempt));
  }

  async function endOnce(): Promise<HostResult | string> {
    const marker = link.newMarker();
    const signal = AbortSignal.timeout(Math.ceil(Math.max(1000, until + 5000 - performance.now())));
    const script = cancelScript({ marker, id, ...(jobsFolder ? { jobsFolder } : {}), ...(sudo ? { sudo } : {}), why, graceSeconds: Math.ceil(limits.killGraceMs / 1000) });
    try {
      const end = await link.exchange({ marker, script, signal });
      if (end.kind === 'ended') return resultOfWords(end.words);
      return end.kind === 'lost' ? end.why : 'The host has no POSIX sh that answers.';
    } catch (error) {
      if (error instanceof ConnectFailure) return error.detail;
      throw error;
    }
  }
}
