import type { ActionDocument, FactType, JournalRecord, Note, StepRequest } from '@edge/contracts';

/** What the public is told: the data of a `PublicFact` with its type. */
export interface Fact {
  type: FactType;
  data: { action: string; space: string; project: string; actionType: string; actor: string; at: string; seq: number; data: Record<string, unknown> };
}

/** The facts of one record, always the same ones in the same order: their place (`<action>:<seq>:<n>`) is their id. */
export function factsOf(document: ActionDocument, record: JournalRecord): Fact[] {
  const { id, space, project, type, actor } = document;
  const common = { action: id, space, project, actionType: type, actor: actor.name, at: new Date(record.at).toISOString(), seq: record.seq };
  return bare(document, record).map(([fact, data]) => ({ type: fact, data: { ...common, data } }));
}

type Bare = [FactType, Record<string, unknown>];

function bare(document: ActionDocument, record: JournalRecord): Bare[] {
  if (record.type === 'status') return [['edge.action.status-changed.v1', { status: record.to, ...(record.reason ? { reason: record.reason } : {}), ...(record.dueAt ? { starts_at: new Date(record.dueAt).toISOString() } : {}) }]];
  if (record.type === 'signal') return [['edge.action.message-added.v1', { level: 'info', text: `${record.signal.name} by ${record.signal.by}${record.signal.reason ? `: ${record.signal.reason}` : ''}` }]];
  if (record.type === 'end') return [['edge.action.status-changed.v1', { status: record.status, reason: record.summary.reason, rolled_back: record.summary.rolledBack, unconfirmed_hosts: record.summary.unconfirmedHosts }]];
  if (record.type !== 'schedule') return [];
  const zones = zonesOf(document);
  return record.steps.flatMap((step) => stepFact(step, zones));
}

const zonesByHost = new WeakMap<ActionDocument, Map<string, string>>();

/** Where each host of an action is: every record of it asks. */
function zonesOf(document: ActionDocument): Map<string, string> {
  const zones = zonesByHost.get(document) ?? new Map(document.snapshot.hosts.map((host) => [host.name, host.zone]));
  zonesByHost.set(document, zones);
  return zones;
}

function stepFact(step: StepRequest, zones: Map<string, string>): Bare[] {
  if (step.kind === 'exec') {
    const place = { ...(step.stage === undefined ? {} : { stage: step.stage }), ...(step.batch === undefined ? {} : { batch: step.batch }) };
    return [['edge.step.started.v1', { host: step.host, step: step.step, zone: zones.get(step.host), state: 'running', ...place }]];
  }
  return step.kind === 'note' ? noteFact(step.note, zones) : [];
}

function noteFact(note: Note, zones: Map<string, string>): Bare[] {
  const { event, ...data } = note;
  const zone = 'host' in note && note.host ? { zone: zones.get(note.host) } : {};
  switch (event) {
    case 'stage-started': return [['edge.stage.started.v1', data]];
    case 'stage-finished': return [['edge.stage.finished.v1', data]];
    case 'batch-started': return [['edge.batch.started.v1', data]];
    case 'batch-finished': return [['edge.batch.finished.v1', data]];
    case 'step-finished': return [['edge.step.finished.v1', { ...data, ...zone }]];
    case 'message': return [['edge.action.message-added.v1', data]];
    case 'waiting': return [['edge.action.status-changed.v1', { status: 'waiting', ...data }]];
    case 'going-on': return [['edge.action.status-changed.v1', { status: 'running', ...data }]];
    case 'rolled-back': return [['edge.action.message-added.v1', { level: 'warning', text: `Rolled back: ${'extent' in note ? note.extent : ''}.` }]];
    default: return [['edge.host.changed.v1', { ...data, ...zone, state: hostState[event] }]];
  }
}

const hostState: Partial<Record<Note['event'], string>> = { 'host-succeeded': 'succeeded', 'host-failed': 'failed', 'host-skipped': 'skipped', 'host-out': 'running', 'host-in': 'running', 'version-live': 'running' };
