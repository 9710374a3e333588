import { describe, expect, it } from '@jest/globals';
import type { HostResult, Signed } from '@edge/contracts';
import type { CancelCommand, RunCommand } from '@edge/contracts/messages';
import { SystemClock, Log } from '@edge/nest';
import { type BusRecord, type OfferedKey, type OutputSink, Secrets, Shell, type ShellCommand } from '@edge/ports';
import { FixedConfig, MemoryBus, SharedKeyring } from '@edge/testing/world';
import { ExecutorIdentity } from './executor-identity.js';
import { ExecutorService } from './executor.service.js';

class Closed extends Error {}

/** A shell that is closed in the middle of everything, as when its executor is told to end. */
class ClosingShell extends Shell {
  override async exec(_command: ShellCommand, _sink: OutputSink): Promise<HostResult> { throw new Closed(); }
  override async cancel(): Promise<HostResult> { throw new Closed(); }
  override async upload(): Promise<HostResult> { throw new Closed(); }
  override async uploadTree(): Promise<HostResult> { throw new Closed(); }
  override async cleanHost(): Promise<HostResult> { throw new Closed(); }
  override async offeredKeys(): Promise<OfferedKey[]> { throw new Closed(); }
  override async close(): Promise<void> { /* closed already */ }
}

class AnsweringShell extends ClosingShell {
  override async exec(): Promise<HostResult> { return { outcome: 'exited', cause: 'exit', code: 7 }; }
}

/** Takes nothing a few times, as when the broker is away. */
class AbsentBus extends MemoryBus {
  readonly heard: BusRecord[] = [];
  refusals = 0;
  override async publish(records: BusRecord[]): Promise<void> {
    if (this.refusals < 3) {
      this.refusals += 1;
      throw new Error('the broker is away');
    }
    this.heard.push(...records);
  }
}

class NoSecrets extends Secrets {
  override async values(): Promise<Record<string, string>> { return {}; }
}

class BrokenSecrets extends Secrets {
  override async values(): Promise<Record<string, string>> { throw new Error('the store of secrets does not answer'); }
}

class Silent extends Log {
  override debug(): void { /* silent */ }
  override info(): void { /* silent */ }
  override warn(): void { /* silent */ }
  override error(): void { /* silent */ }
  override child(): Log { return this; }
}

class HeardBus extends MemoryBus {
  readonly heard: BusRecord[] = [];
  override async publish(records: BusRecord[]): Promise<void> { this.heard.push(...records); }
}

const keyring = new SharedKeyring('spec');
const host = { name: 'web1', keys: [] };
const payload = { command: 'command-one', action: 'a', key: 'exec/x/0', attempt: 1, step: 'start', host, text: 'uptime', channel: 'durable', withinMs: 1000, space: 's', project: 'p', type: 'deploy', actor: 'ann', environment: 'plain' };
const grant = { action: 'a', actor: 'ann', space: 's', project: 'p', type: 'deploy', hosts: ['web1'], script: 'x', configHash: 'x', issuedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 60_000).toISOString() };
const signed = (audience: 'command' | 'grant', what: object): Signed => keyring.sign(audience, what);

function newExecutor(secrets: Secrets = new NoSecrets()) {
  const bus = new HeardBus();
  return { bus, executor: new ExecutorService(bus, new ClosingShell(), keyring, secrets, new FixedConfig(), new SystemClock(), new ExecutorIdentity('spec'), new Silent()) };
}

describe('an executor whose shell is closed', () => {
  it('answers nothing: the command is left for whoever gets it next', async () => {
    const { bus, executor } = newExecutor();
    const message: RunCommand = { signed: signed('command', payload), grant: signed('grant', grant) };
    await expect(executor.run(message)).rejects.toBeInstanceOf(Closed);
    expect([bus.heard, executor.runningCount()]).toEqual([[], 0]);
  });

  it('answers no cancellation either', async () => {
    const { bus, executor } = newExecutor();
    const message: CancelCommand = { signed: signed('command', { command: 'command-one', action: 'a', host }) };
    await expect(executor.cancel(message)).rejects.toBeInstanceOf(Closed);
    expect(bus.heard).toEqual([]);
  });
});

describe('an executor whose bus is away', () => {
  it('keeps what a host answered until the bus takes it (C34)', async () => {
    const bus = new AbsentBus();
    const executor = new ExecutorService(bus, new AnsweringShell(), keyring, new NoSecrets(), new FixedConfig(), new SystemClock(), new ExecutorIdentity('spec'), new Silent());
    await executor.run({ signed: signed('command', payload), grant: signed('grant', grant) });
    expect(bus.refusals).toBe(3);
    const results = bus.heard.filter(({ headers }) => headers.ce_type === 'edge.command.finished.v1').map(({ value }) => keyring.verify<{ result: HostResult }>('result', (JSON.parse(value!) as { signed: Signed }).signed));
    expect(results).toMatchObject([{ command: 'command-one', host: 'web1', result: { outcome: 'exited', code: 7 } }]);
  });
});

describe('an executor without secrets', () => {
  const needy = { ...payload, secretEnv: { TOKEN: 'deploy-token' } };
  const message: RunCommand = { signed: signed('command', needy), grant: signed('grant', grant) };

  it('leaves a command whose secrets cannot be had just now: nothing runs, nothing is answered (C35)', async () => {
    const { bus, executor } = newExecutor(new BrokenSecrets());
    await expect(executor.run(message)).rejects.toThrow('does not answer');
    expect(bus.heard).toEqual([]);
  });

  it('says which secret is not there, and runs nothing (C35)', async () => {
    const { bus, executor } = newExecutor();
    await executor.run(message);
    expect(bus.heard).toHaveLength(1);
    expect(bus.heard[0]!.value).toContain('secret-missing');
  });
});

describe('a command that is cancelled before it is taken up', () => {
  /** A host that says what came of the cancellation when it is told to. */
  class CancellingShell extends ClosingShell {
    readonly asked: string[] = [];
    constructor(private readonly cancelled: Promise<HostResult>) { super(); }
    override async cancel(): Promise<HostResult> { return this.cancelled; }
    override async exec(_command: ShellCommand, sink: OutputSink): Promise<HostResult> {
      this.asked.push('attach');
      await sink({ stream: 'stdout', offset: 0, bytes: Buffer.from('begun\n') });
      return { outcome: 'cancelled', cause: 'cancelled' };
    }
  }

  async function told(result: HostResult, channel: 'durable' | 'fast' = 'durable') {
    let say: (result: HostResult) => void = () => undefined;
    const shell = new CancellingShell(new Promise((resolve) => { say = resolve; }));
    const bus = new HeardBus();
    const executor = new ExecutorService(bus, shell, keyring, new NoSecrets(), new FixedConfig(), new SystemClock(), new ExecutorIdentity('spec'), new Silent());
    const cancelling = executor.cancel({ signed: signed('command', { command: 'command-one', action: 'a', host }) });
    const running = executor.run({ signed: signed('command', { ...payload, channel }), grant: signed('grant', grant) });
    await new Promise((resolve) => setImmediate(resolve));
    const before = [...shell.asked, ...bus.heard];
    say(result);
    await Promise.all([cancelling, running]);
    const results = bus.heard.filter(({ headers }) => headers.ce_type === 'edge.command.finished.v1').map(({ value }) => keyring.verify<{ result: HostResult }>('result', (JSON.parse(value!) as { signed: Signed }).signed)!.result);
    return { before, asked: shell.asked, results, output: bus.heard.some(({ headers }) => headers.ce_type === 'edge.output.appended.v1') };
  }

  it('is told as its host tells it, with what it wrote: whoever had it before may have launched it', async () => {
    expect(await told({ outcome: 'cancelled', cause: 'cancelled' })).toEqual({ before: [], asked: ['attach'], results: [{ outcome: 'cancelled', cause: 'cancelled' }], output: true });
  });

  it('never starts where its host could not be asked, or keeps no record of it', async () => {
    const unconfirmed: HostResult = { outcome: 'cancelled', cause: 'cancel-unconfirmed' };
    expect(await told(unconfirmed)).toEqual({ before: [], asked: [], results: [unconfirmed], output: false });
    const full: HostResult = { outcome: 'not-started', cause: 'disk-full' };
    expect(await told(full)).toMatchObject({ asked: [], results: [full] });
    expect(await told({ outcome: 'cancelled', cause: 'cancelled' }, 'fast')).toMatchObject({ asked: [], results: [{ outcome: 'cancelled', cause: 'cancelled' }] });
  });
});
