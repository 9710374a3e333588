import { newId, topics } from '@edge/contracts';
import { encodeEnvelope } from '@edge/contracts/messages';
import type { BusRecord } from '@edge/ports';

/** A message as somebody may write it past every program of Edge. `headers`, `value`: instead of those of an envelope. */
export interface RawMessage { topic: keyof typeof topics; key: string; type?: string; data: unknown; headers?: Record<string, string>; value?: string }

export function rawRecord({ topic, key, type = '', data, headers, value }: RawMessage): BusRecord {
  const encoded = encodeEnvelope({ id: newId(Date.now()), type, source: 'edge/forger', time: new Date().toISOString(), correlationid: key, data });
  return { topic: topics[topic].name, key, headers: headers ?? encoded.headers, value: value ?? encoded.value };
}
