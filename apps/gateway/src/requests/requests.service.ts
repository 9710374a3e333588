import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, type ConfigurationRecord, EdgeError, type ErrorCode } from '@edge/contracts';
import { Acceptance } from '@edge/engine';
import { Log } from '@edge/nest';
import { Access, Audit, Clock, Documents } from '@edge/ports';
import { checkStart } from '../actions/check-start.js';
import { filled, matches } from './match-trigger.js';
import type { PlatformEvent } from './read-event.js';

/** What became of one event at one trigger. */
export interface TriggerOutcome { trigger: string; action?: string; refused?: string }

/** An event as it is kept: collection `requests`. `matched`: how many triggers it fitted. */
export interface StoredRequest { event: { id: string; type: string; source: string }; at: string; matched: number; outcomes: TriggerOutcome[] }

const mostTriggers = 5_000;
/** Then the event waits and is tried again; any other refusal is its answer. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'store-full', 'too-many', 'internal']);

/** Events of other platform services that start actions. A trigger acts for whoever last changed it, and may no more than they may now. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly documents: Documents, private readonly acceptance: Acceptance, private readonly access: Access, private readonly audit: Audit, private readonly clock: Clock, private readonly log: Log,
  ) {}

  /** The same event again starts nothing. @throws EdgeError when it must be tried again */
  async received(event: PlatformEvent): Promise<void> {
    const id = createHash('sha256').update(`${event.source}\0${event.id}`).digest('hex');
    if (await this.documents.get('requests', id)) return;
    const triggers = await this.documents.find<ConfigurationRecord<'Trigger'>>('configuration', { where: { kind: 'Trigger' }, limit: mostTriggers });
    const fitting = triggers.map(({ document }) => document).filter(({ document }) => matches(document, event));
    const outcomes: TriggerOutcome[] = [];
    for (const trigger of fitting) outcomes.push(await this.fire(trigger, event, id));
    const stored: StoredRequest = { event: { id: event.id, type: event.type, source: event.source }, at: new Date(this.clock.now()).toISOString(), matched: fitting.length, outcomes };
    await this.documents.write([{ collection: 'requests', id, document: stored, ifVersion: 0 }]);
    this.log.info({ event: event.id, type: event.type, matched: fitting.length, outcomes }, 'event of another service');
  }

  /** A crash between the start and its note is met by the key: the next try finds the same action. */
  private async fire({ document: trigger, changedBy }: ConfigurationRecord<'Trigger'>, event: PlatformEvent, id: string): Promise<TriggerOutcome> {
    const name = `${trigger.space}/${trigger.name}`;
    const caller: Caller = { subject: changedBy, name: changedBy.slice(changedBy.indexOf(':') + 1), interactive: false, via: `trigger ${name}` };
    const outcome = await this.start(trigger.space, { start: () => filled(trigger.start, event), caller, key: `${id}:${name}`, reason: `Event ${event.type} ${event.id}` });
    await this.audit.write({ subject: changedBy, what: 'trigger.fired', space: trigger.space, target: name, allowed: outcome.refused === undefined, via: 'event', ...(outcome.refused ? { why: outcome.refused } : {}), ...(outcome.action ? { action: outcome.action } : {}), detail: { event: event.id, type: event.type, source: event.source } });
    return { trigger: name, ...outcome };
  }

  private async start(space: string, { start, caller, key, reason }: { start: () => ReturnType<typeof filled>; caller: Caller; key: string; reason: string }): Promise<Omit<TriggerOutcome, 'trigger'>> {
    try {
      const { project, type, version, config } = start();
      const body = { ...(version === undefined ? {} : { version }), ...(config === undefined ? {} : { config }) };
      await checkStart(this.access, { space, project, type, body, caller });
      return { action: (await this.acceptance.start({ space, project, type, ...body, reason, idempotencyKey: key }, caller)).action_id };
    } catch (error) {
      if (!(error instanceof EdgeError) || passing.has(error.code)) throw error;
      return { refused: [error.detail, ...error.findings.map(({ detail }) => detail).filter((detail) => detail !== error.detail)].join(' ') };
    }
  }
}
