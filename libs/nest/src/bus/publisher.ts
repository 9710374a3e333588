import { newId } from '@edge/contracts';
import { encodeEnvelope, type MessageClass, typeOf } from '@edge/contracts/messages';
import type { BusRecord } from '@edge/ports';

export interface RecordFacts {
  /** The action's id, or what else ties messages together. */
  correlationId: string;
  causationId?: string;
  /** `edge/<program>` */
  source: string;
  traceparent?: string;
  /** Give one where the same message may be made twice: readers deduplicate by it. */
  id?: string;
}

/** A message as a record of the bus: CloudEvents 1.0 in binary mode. Its event type is the one of its class. */
export function toRecord<T extends object>(topic: string, key: string, message: T, { correlationId, causationId, source, traceparent, id }: RecordFacts): BusRecord {
  const now = Date.now();
  const envelope = {
    id: id ?? newId(now), type: typeOf(message.constructor as MessageClass), source, time: new Date(now).toISOString(), correlationid: correlationId,
    ...(causationId === undefined ? {} : { causationid: causationId }), ...(traceparent === undefined ? {} : { traceparent }), data: message,
  };
  return { topic, key, ...encodeEnvelope(envelope) };
}
