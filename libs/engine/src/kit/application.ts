import { type HostResult, succeeded } from '@edge/contracts';
import { type Application, type ApplicationCommand, type ApplicationCommands, type Host, milliseconds } from '@edge/script';
import type { Errand, RunningBatch } from './running-batch.js';
import { whyFailed } from './why-failed.js';
import { allEnded } from './with-width.js';

export const againStep = 'start again';

/** `begunBefore`: commands that had been begun on the host when its change began. */
interface Stopped { host: Host; unproven?: string; begunBefore?: number; changed?: true }

/** See `Application`. Keeps in mind which hosts are down, and what lies on them. */
export class RunningApplication implements Application {
  private readonly stopped = new Map<string, Stopped>();
  private readonly asItWas = new Set<string>();

  constructor(private readonly commands: ApplicationCommands, private readonly batch: RunningBatch) {}

  stop = (): Promise<void> => this.each('stop', this.commands.stop, (host, result) => {
    if (succeeded(result) || result.outcome === 'cancelled') this.stopped.set(host.name, { host, ...unproven('stop', result) });
  });

  change = async (work: () => Promise<void>): Promise<void> => {
    for (const each of this.stopped.values()) each.begunBefore = this.batch.begunOn(each.host);
    await work();
    for (const { name } of this.batch.hosts) Object.assign(this.stopped.get(name) ?? {}, { changed: true });
  };

  start = (): Promise<void> => this.each('start', this.commands.start, (host, result) => {
    const before = this.stopped.get(host.name);
    if (before && (result.outcome === 'cancelled' || result.outcome === 'not-started')) Object.assign(before, unproven('start', result));
    else this.stopped.delete(host.name); // up, or its failure says what is wrong
  });

  isAsItWas(host: string): boolean {
    return this.asItWas.has(host);
  }

  /** Starts what is whole, and says of every other host that it is down. */
  async leaveWell(): Promise<void> {
    const left = [...this.stopped.values()];
    this.stopped.clear();
    await allEnded(left.map((each) => this.left(each)));
  }

  private async left({ host, unproven: doubt, begunBefore, changed }: Stopped): Promise<void> {
    const { batch, commands } = this;
    if (doubt !== undefined) return batch.worse(host, `It is not known whether its application runs: "${doubt}" was told to stop, and its end could not be proven. Look at the host, then run the action again on it.`, doubt);
    const cutShort = !changed && begunBefore !== undefined && batch.begunOn(host) > begunBefore;
    if (cutShort) return batch.worse(host, 'Its application is down: it was stopped, and what was to replace it is not complete. Run the action again on this host, or roll it back.', 'stop');
    const { text, ...options } = changed ? commands.start : (commands.startFormer ?? commands.start);
    const own = typeof text === 'function' ? text(host) : text;
    if (own === undefined) return;
    const result = await this.again(host, { step: againStep, text: own, options });
    batch.finished(againStep, host.name, succeeded(result));
    if (!succeeded(result)) return batch.worse(host, `Its application is down: ${whyFailed(againStep, result, milliseconds(options.within ?? '10m'))} Start it by hand, or run the action again on this host.`, againStep);
    if (changed) batch.runsOn(host);
    else this.asItWas.add(host.name);
    batch.say(host, changed ? 'The change was complete: its application was started.' : 'Its application was started again, as it was before.', againStep);
  }

  /** A cancellation calls off what runs; this is what is to be done then. */
  private async again(host: Host, errand: Errand): Promise<HostResult> {
    const late = this.batch.isCancelled;
    const result = await this.batch.ask(host, errand);
    const calledOff = !late && this.batch.isCancelled && (result.cause === 'cancelled' || result.outcome === 'not-started');
    return calledOff ? this.batch.ask(host, errand) : result;
  }

  private async each(step: string, { text, ...options }: ApplicationCommand, ended: (host: Host, result: HostResult) => void): Promise<void> {
    await this.batch.runEach({ step, text, options }, ended);
  }
}

function unproven(step: string, { cause }: HostResult): Pick<Stopped, 'unproven'> {
  return cause === 'cancel-unconfirmed' ? { unproven: step } : {};
}
