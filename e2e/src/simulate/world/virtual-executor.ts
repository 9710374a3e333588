import { type HostResult, type Signed, topics } from '@edge/contracts';
import { Admission } from '@edge/executor/admission';
import type { CancelCommandPayload, CommandResultPayload, RunCommandPayload } from '@edge/contracts/messages';
import type { BusRecord, DeliveredRecord, Keyring } from '@edge/ports';
import type { Dice, MemoryBus, Scheduler } from '@edge/testing/world';
import type { Story } from './story.js';
import type { VirtualHosts } from './virtual-hosts.js';

const heartbeatMs = 15_000;

/** Executors as the orchestrator sees them: they take signed commands, answer signed results, speak of what they run, and now and then forget everything. */
export class VirtualExecutor {
  private watched = new Map<string, RunCommandPayload>();
  private generation = 0;
  private heartbeats = 0;
  private readonly admission: Admission;

  constructor(private readonly world: { scheduler: Scheduler; dice: Dice; bus: MemoryBus; keyring: Keyring; hosts: VirtualHosts; story: Story; unkindUntil: number; forget: number }) {
    this.admission = new Admission(world.keyring, () => ({ verdict: 'allow', rule: '', detail: '' }));
  }

  async start(): Promise<void> {
    const consumption = await this.world.bus.subscribe({ topic: topics.commands.name, group: 'executors', from: 'earliest' }, {
      assigned: () => undefined, failed: () => undefined,
      deliver: (record) => {
        this.world.scheduler.after(this.world.dice.between(0, 50), () => this.take(record));
        void consumption.commit([{ partition: record.partition, offset: String(Number(record.offset) + 1) }]);
      },
    });
    this.beat();
  }

  private take(record: DeliveredRecord): void {
    const { keyring, hosts, story } = this.world;
    if (this.unkind() && this.world.dice.chance(this.world.forget)) return this.forget();
    const { signed, grant, proof } = JSON.parse(record.value) as { signed: Signed; grant: Signed; proof?: string };
    if (record.headers.ce_type === 'edge.command.cancelled.v1') {
      const cancel = keyring.verify<CancelCommandPayload>('command', signed);
      if (!cancel) return story.met('refused command');
      return hosts.cancel(cancel.command, (result) => this.report(this.watched.get(cancel.command) ?? hosts.jobs.get(cancel.command)?.payload ?? { ...cancel, key: '', attempt: 1 }, result));
    }
    const payload = this.admission.believe(signed);
    if ('refusal' in payload) return story.met('refused command');
    const refused = this.admission.whyNot(payload, { grant, proof, now: this.world.scheduler.now, rules: [] });
    if (refused) {
      story.met('refused command');
      return this.report(payload, refused);
    }
    this.watched.set(payload.command, payload);
    const { generation } = this;
    hosts.launch(payload, (result) => { if (generation === this.generation) this.report(payload, result); });
  }

  /** A crash: the hosts go on, nobody listens. */
  private forget(): void {
    this.world.story.tell('executor', 'dies');
    this.world.story.crashedAt('executor');
    this.generation += 1;
    this.watched = new Map();
  }

  private report(payload: Pick<RunCommandPayload, 'command' | 'action' | 'key' | 'attempt' | 'host'>, result: HostResult): void {
    const { dice, keyring, scheduler, bus } = this.world;
    this.watched.delete(payload.command);
    const { command, action, key, attempt, host } = payload;
    const said: CommandResultPayload = { action, command, key, attempt, host: host.name, executor: 'executor', result };
    const record = recordOf('edge.command.finished.v1', { id: `${command}:result`, action, data: { action, command, signed: keyring.sign('result', said) } });
    if (this.unkind() && dice.chance(0.05)) {
      this.world.story.met('result lost');
      return;
    }
    if (this.unkind() && dice.chance(0.1)) {
      this.world.story.met('forged result');
      const forged = { ...said, result: { outcome: 'exited' as const, cause: 'exit' as const, code: 0 } };
      bus.publishNow([recordOf('edge.command.finished.v1', { id: `${command}:forged`, action, data: { action, command, signed: { ...keyring.sign('grant', forged), kid: 'forged' } } })]);
    }
    for (let copy = 0; copy < (this.unkind() && dice.chance(0.1) ? 2 : 1); copy += 1) scheduler.after(dice.between(0, 200), () => bus.publishNow([record]));
  }

  private beat(): void {
    const { scheduler, bus } = this.world;
    scheduler.after(heartbeatMs, () => {
      const payloads = [...this.watched.values()];
      this.heartbeats += 1;
      bus.publishNow([...new Set(payloads.map(({ action }) => action))].map((action) => {
        const commands = payloads.filter((payload) => payload.action === action).map(({ command }) => command);
        return recordOf('edge.command.running.v1', { id: `beat-${this.heartbeats}-${action}`, action, data: { action, executor: 'executor', commands } });
      }));
      this.beat();
    });
  }

  private unkind(): boolean {
    return this.world.scheduler.now < this.world.unkindUntil;
  }
}

export function recordOf(type: string, { id, action, data }: { id: string; action: string; data: object }): BusRecord {
  return { topic: topics.actions.name, key: action, headers: { ce_specversion: '1.0', ce_id: id, ce_type: type, ce_source: 'simulated', ce_time: new Date(0).toISOString(), ce_correlationid: action }, value: JSON.stringify(data) };
}
