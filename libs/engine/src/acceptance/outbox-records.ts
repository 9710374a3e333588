import { type ActionDocument, type Signal, topics } from '@edge/contracts';
import type { BusRecord, Keyring } from '@edge/ports';

const source = 'edge/gateway';

/** What an accepted action puts on the bus: itself, and the cancellation of those whose place it takes. The same again, whenever it is derived again. */
export function outboxRecords(document: ActionDocument, keyring: Keyring): BusRecord[] {
  const { id, acceptedAt, actor, supersedes = [] } = document;
  const requested = recordOf('edge.action.requested.v1', { id: `${id}:requested`, action: id, at: acceptedAt, data: { action: id } });
  const cancels = supersedes.map((other) => signalRecord(other, { id: `${id}:supersedes:${other}`, name: 'cancel', by: actor.name, at: acceptedAt, reason: `Action ${id} takes its place.` }, keyring));
  return [requested, ...cancels];
}

/** A signed signal on its way to an action. */
export function signalRecord(action: string, signal: Signal, keyring: Keyring): BusRecord {
  return recordOf('edge.signal.sent.v1', { id: signal.id, action, at: signal.at, data: { action, signed: keyring.sign('signal', { action, signal }) } });
}

function recordOf(type: string, { id, action, at, data }: { id: string; action: string; at: string; data: object }): BusRecord {
  const headers = { ce_specversion: '1.0', 'content-type': 'application/json', ce_id: id, ce_type: type, ce_source: source, ce_time: at, ce_correlationid: action };
  return { topic: topics.actions.name, key: action, headers, value: JSON.stringify(data) };
}
