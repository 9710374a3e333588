import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { topics } from '@edge/contracts';
import { ConfigChanged, GrantChanged } from '@edge/contracts/messages';
import { Log, toRecord } from '@edge/nest';
import { Bus } from '@edge/ports';
import { type ConfigFact, ConfigFacts } from './config-facts.js';

/** Whoever made a change is not kept waiting for a bus that is away. */
const mostMs = 2_000;

const accessKinds = new Set(['Grant', 'Group']);

/** Tells changes of configuration on `edge.events`. The change stands whether or not it could be told; what the bus does not take at once is told later. */
@Injectable()
export class BusConfigFacts extends ConfigFacts {
  constructor(private readonly bus: Bus, private readonly log: Log) {
    super();
  }

  async changed(facts: ConfigFact[]): Promise<void> {
    const records = facts.map(({ kind, id, version, by, at, space, project, pointers, deleted }) => {
      const message = accessKinds.has(kind) ? new GrantChanged() : new ConfigChanged();
      Object.assign(message, { at, actor: by, ...(space ? { space } : {}), ...(project ? { project } : {}), data: { kind, id, version, pointers, deleted } });
      return toRecord(topics.events.name, id, message, { correlationId: id, source: 'edge/config', id: `${id}:${version}` });
    });
    const told = this.bus.publish(records).catch((error: unknown) => this.log.warn({ error: String(error), changes: facts.length }, 'changes of configuration could not be told'));
    await Promise.race([told, sleep(mostMs, undefined, { ref: false })]);
  }
}
