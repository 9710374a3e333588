import { Injectable } from '@nestjs/common';
import { topics } from '@edge/contracts';
import { ConfigChanged, GrantChanged } from '@edge/contracts/messages';
import { Log, toRecord } from '@edge/nest';
import { Bus } from '@edge/ports';
import { type ConfigFact, ConfigFacts } from './config-facts.js';

const accessKinds = new Set(['Grant', 'Group']);

/** Tells changes of configuration on `edge.events`. The change stands whether or not it could be told. */
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
    try {
      await this.bus.publish(records);
    } catch (error) {
      this.log.warn({ error: String(error), changes: facts.length }, 'changes of configuration could not be told');
    }
  }
}
