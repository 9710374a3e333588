/** A message between programs: CloudEvents 1.0 in Kafka's binary mode. `correlationid` is the action's id. */
export interface Envelope<T = unknown> {
  id: string;
  /** `edge.<thing>.<past participle>.v1` */
  type: string;
  source: string;
  /** RFC 3339 UTC */
  time: string;
  correlationid: string;
  causationid?: string;
  traceparent?: string;
  data: T;
}

const attributes = ['id', 'type', 'source', 'time', 'correlationid', 'causationid'] as const;

/** Envelope → headers (`ce_…`) and JSON value of a bus record. */
export function encodeEnvelope(envelope: Envelope): { headers: Record<string, string>; value: string } {
  const headers: Record<string, string> = { ce_specversion: '1.0', 'content-type': 'application/json' };
  for (const name of attributes) if (envelope[name] !== undefined) headers[`ce_${name}`] = envelope[name];
  if (envelope.traceparent) headers.traceparent = envelope.traceparent;
  return { headers, value: JSON.stringify(envelope.data) };
}

/** Edge's own are lower already. */
function lowered(headers: Record<string, string>): Record<string, string> {
  if (Object.keys(headers).every((name) => name === name.toLowerCase())) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The reverse; a sentence instead of an envelope if it is none. Header names are read without case. */
export function decodeEnvelope(record: { headers: Record<string, string>; value: string }): Envelope | string {
  const headers = lowered(record.headers);
  const { ce_id: id, ce_type: type, ce_source: source = '', ce_time: time = '', ce_correlationid: correlationid = '' } = headers;
  if (!id || !type) return 'It has no ce_id or no ce_type header: it is no CloudEvent in binary mode.';
  let data: unknown;
  try {
    data = JSON.parse(record.value);
  } catch {
    return 'Its value is not JSON.';
  }
  const causation = headers.ce_causationid ? { causationid: headers.ce_causationid } : {};
  const trace = headers.traceparent ? { traceparent: headers.traceparent } : {};
  return { id, type, source, time, correlationid, ...causation, ...trace, data };
}
