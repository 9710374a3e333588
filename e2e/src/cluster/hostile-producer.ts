import { type Grant, topics } from '@edge/contracts';
import { RunCommand, type RunCommandPayload } from '@edge/contracts/messages';
import { createKeyring, generateKey } from '@edge/engine';
import { KafkaBus } from '@edge/kafka';
import { toRecord } from '@edge/nest';
import type { BusRecord, DeliveredRecord } from '@edge/ports';

/** Somebody who may write on the bus and has no key of Edge. */
export class HostileProducer {
  private constructor(private readonly bus: KafkaBus) {}

  static async on(brokers: string): Promise<HostileProducer> {
    return new HostileProducer(await KafkaBus.open({ brokers: brokers.split(',') }));
  }

  /** No message of Edge, on each of these topics. */
  async spoil(names: string[]): Promise<void> {
    await this.bus.publish(names.flatMap((topic): BusRecord[] => [{ topic, key: 'spoilt', headers: {}, value: '{' }, { topic, key: 'spoilt', headers: { ce_id: `spoilt-${topic}`, ce_type: 'edge.action.requested.v1' }, value: '{"action":7}' }]));
  }

  /** A whole command with its grant: signed by a key of its own, and by one that calls itself like Edge's. `kids` are the names of Edge's keys. */
  async forge(payload: RunCommandPayload, kids: { command: string; grant: string }): Promise<void> {
    const { action, space, project, type, host } = payload;
    const grant: Grant = { action, actor: 'user:admin', space, project, type, hosts: [host.name], script: 's', configHash: 'c', issuedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    const own = [{ command: generateKey(), grant: generateKey() }, { command: { ...generateKey(), kid: kids.command }, grant: { ...generateKey(), kid: kids.grant } }];
    await this.bus.publish(own.map((sign): BusRecord => {
      const keyring = createKeyring({ sign, trust: {} });
      const message = Object.assign(new RunCommand(), { signed: keyring.sign('command', payload), grant: keyring.sign('grant', grant) });
      return toRecord(topics.commands.name, host.name, message, { correlationId: action, source: 'edge/orchestrator' });
    }));
  }

  /** Sends again, as they were, all commands that Edge has sent so far; answers how many. */
  async replayCommands(): Promise<number> {
    const found: DeliveredRecord[] = [];
    const failed = (cause: Error) => { throw cause; };
    const reading = await this.bus.subscribe({ topic: topics.commands.name, group: `hostile-${Date.now()}`, from: 'earliest' }, { assigned: () => undefined, failed, deliver: (record) => { found.push(record); } });
    for (let before = -1; found.length === 0 || found.length > before; await new Promise((resolve) => setTimeout(resolve, 1_000))) before = found.length;
    await reading.close();
    await this.bus.publish(found.map(({ topic, key, headers, value }) => ({ topic, key, headers, value })));
    return found.length;
  }

  async leave(): Promise<void> {
    await this.bus.close();
  }
}
