import { checkByType, decodeEnvelope, type Envelope } from '@edge/contracts/messages';
import type { DeliveredRecord } from '@edge/ports';

const read = new WeakMap<DeliveredRecord, Envelope | string>();

/** The message in a record, checked against the class of its event type; or the sentence why there is none. Read once per record. */
export function readEnvelope(record: DeliveredRecord): Envelope | string {
  const known = read.get(record);
  if (known !== undefined) return known;
  const found = checked(record);
  read.set(record, found);
  return found;
}

function checked(record: DeliveredRecord): Envelope | string {
  const envelope = decodeEnvelope(record);
  if (typeof envelope === 'string') return envelope;
  const data = checkByType(envelope.type, envelope.data);
  return Array.isArray(data) ? data.join('; ') : { ...envelope, data };
}

/** The event type that a record names, without reading its value. */
export function typeOfRecord({ headers }: DeliveredRecord): string | undefined {
  return headers.ce_type ?? Object.entries(headers).find(([name]) => name.toLowerCase() === 'ce_type')?.[1];
}
