import { type ActionDocument, type ActionHostView, type ActionStatus, type ActionView, isEnd, type JournalBody, type JournalRecord, mayBecome, type Note, type StepRequest, type StepResult } from '@edge/contracts';
import { commandId } from './command-id.js';
import { waitText } from './wait-text.js';

/** Thrown when a journal says something that the table of transitions does not allow: never overwritten, always shown. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}

/** An action as its journal tells it. Pure: the same records always give the same view. */
export function foldAction(document: ActionDocument, records: readonly JournalRecord[]): ActionView {
  const fold = new ActionFold(document);
  for (const record of records) fold.add(record);
  return fold.view;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Adds records one by one to a view. */
export class ActionFold {
  readonly view: ActionView;
  private readonly hosts: Map<string, ActionHostView>;
  private readonly execs = new Map<string, { host: string; step: string; command: string }>();
  private readonly waits = new Map<string, { for: string; since: string }>();

  constructor(document: ActionDocument) {
    this.view = emptyView(document);
    this.hosts = new Map(this.view.hosts.map((host) => [host.host, host]));
  }

  add(record: JournalRecord): void {
    const at = iso(record.at);
    if (record.type === 'status') this.become(record.to, { at, ...(record.reason ? { why: record.reason } : {}), ...(record.dueAt ? { dueAt: record.dueAt } : {}) });
    if (record.type === 'schedule') for (const step of record.steps) this.scheduled(step, at);
    if (record.type === 'result') for (const item of record.items) this.finished(item);
    if (record.type === 'signal') this.view.messages.push({ at, level: 'info', text: `${record.signal.name} by ${record.signal.by}${record.signal.reason ? `: ${record.signal.reason}` : ''}` });
    if (record.type === 'end') this.end(record, at);
  }

  /** @throws IllegalTransition for what must never be written */
  demandLegal(body: JournalBody): void {
    if (isEnd(this.view.status)) throw new IllegalTransition(`Nothing may follow the end (${this.view.status}).`);
    if (body.type === 'status') this.demand(body.to);
    if (body.type === 'end') this.demand(body.status);
  }

  /** `waiting` is a shade of `running` that the journal does not write, but for the approval before the start. */
  private demand(to: ActionStatus): void {
    const from = this.view.status;
    const derived = from === 'waiting' && this.waits.size > 0;
    if (!mayBecome(from, to) && !(derived && mayBecome('running', to))) throw new IllegalTransition(`An action that is ${from} cannot become ${to}.`);
  }

  private become(to: ActionStatus, { at, why, dueAt }: { at: string; why?: string; dueAt?: number }): void {
    const { view } = this;
    this.demand(to);
    view.status = to === 'running' && this.waits.size > 0 ? 'waiting' : to;
    if (why === undefined) delete view.why;
    else view.why = why;
    if (to === 'running') view.started_at ??= at;
    if (to === 'counting-down' && dueAt !== undefined) view.starts_at = iso(dueAt);
    this.showWait();
  }

  private scheduled(step: StepRequest, at: string): void {
    if (step.kind === 'note') return this.note(step.note, at);
    if (step.kind === 'signal') return this.wait(step.key, step.waitingFor, at);
    if (step.kind !== 'exec') return;
    const host = this.hosts.get(step.host);
    if (!host) return;
    const command = commandId(this.view.action_id, step.key, 1);
    this.execs.set(step.key, { host: step.host, step: step.step, command });
    host.commands.push({ command_id: command, key: step.key, step: step.step, attempt: 1, text: step.text });
    host.step = step.step;
    if (step.stage !== undefined) host.stage = step.stage;
    if (step.batch !== undefined) host.batch = step.batch;
    if (host.state === 'pending') host.state = 'running';
  }

  private finished(item: StepResult): void {
    this.goOn(item.key);
    if (!('host' in item)) return;
    const [key, attempt] = item.key.split('@');
    const exec = this.execs.get(key!);
    const host = exec && this.hosts.get(exec.host);
    const command = host?.commands.find((candidate) => candidate.key === key);
    if (!host || !command || attempt === 'verify') return;
    command.result = item.host;
    host.result = item.host;
    if (attempt === undefined) return;
    const next = Number(attempt) + 1;
    Object.assign(command, { attempt: next, command_id: commandId(this.view.action_id, key!, next) });
  }

  private note(note: Note, at: string): void {
    if (note.event === 'stage-started') this.view.stages.push({ zone: note.zone, stage: note.stage, share: note.share, hosts: note.hosts, status: 'running' });
    if (note.event === 'stage-finished') for (const stage of this.view.stages) if (stage.zone === note.zone && stage.stage === note.stage) stage.status = 'finished';
    if (note.event === 'waiting') this.wait(waitKey(note), waitText(note.for, note), at);
    if (note.event === 'going-on') this.goOn(waitKey(note));
    if (note.event === 'message') this.view.messages.push({ at, level: note.level, text: note.text, ...(note.host ? { host: note.host } : {}), ...(note.step ? { step: note.step } : {}) });
    if (note.event === 'rolled-back') this.view.rolled_back = note.extent;
    if ('host' in note && note.host) this.noteOnHost(note, this.hosts.get(note.host));
  }

  private noteOnHost(note: Note, host: ActionHostView | undefined): void {
    if (!host) return;
    if (note.event === 'host-succeeded') Object.assign(host, { state: 'succeeded', ...(note.version ? { version: note.version } : {}) });
    if (note.event === 'host-failed') Object.assign(host, { state: 'failed', why: note.why, ...(note.step ? { step: note.step } : {}) });
    if (note.event === 'host-skipped') Object.assign(host, { state: 'skipped', why: note.why });
    if (note.event === 'version-live') host.version = note.version;
    if (note.event === 'host-out') host.out_of = [...(host.out_of ?? []), note.pool];
    if (note.event === 'host-in') host.out_of = (host.out_of ?? []).filter((pool) => pool !== note.pool);
  }

  private wait(key: string, what: string, at: string): void {
    this.waits.set(key, { for: what, since: at });
    if (this.view.status === 'running') this.view.status = 'waiting';
    this.showWait();
  }

  private goOn(key: string): void {
    this.waits.delete(key);
    if (this.waits.size === 0 && this.view.status === 'waiting') this.view.status = 'running';
    this.showWait();
  }

  private showWait(): void {
    delete this.view.waiting_for;
    delete this.view.waiting_since;
    const waits = [...this.waits.values()];
    if (waits.length > 0 && !isEnd(this.view.status)) Object.assign(this.view, { waiting_for: [...new Set(waits.map((wait) => wait.for))].join('; '), waiting_since: waits[0]!.since });
    else if (['waiting', 'queued'].includes(this.view.status) && this.view.why) this.view.waiting_for = this.view.why;
  }

  private end(record: Extract<JournalRecord, { type: 'end' }>, at: string): void {
    const { view } = this;
    this.become(record.status, { at, why: record.summary.reason });
    view.ended_at = at;
    if (view.rolled_back === 'none') view.rolled_back = record.summary.rolledBack;
    view.unconfirmed_hosts = record.summary.unconfirmedHosts;
    if (record.summary.error) view.error = record.summary.error;
    for (const host of view.hosts) if (view.unconfirmed_hosts.includes(host.host)) host.state = 'unconfirmed';
    const leftover = record.status === 'cancelled' ? 'cancelled' : 'skipped';
    for (const host of view.hosts) if (host.state === 'pending' || host.state === 'running') host.state = host.state === 'running' && leftover === 'skipped' ? 'failed' : leftover;
  }
}

function waitKey(note: { zone?: string; stage?: number }): string {
  return `${note.zone ?? ''}/${note.stage ?? ''}`;
}

function emptyView(document: ActionDocument): ActionView {
  const { id, space, project, environment, type, actor, user, reason, acceptedAt, snapshot, retryOf } = document;
  return {
    action_id: id, space, project, environment, type, status: 'accepted', actor: actor.name, ...(user ? { user } : {}), ...(reason ? { reason } : {}), accepted_at: acceptedAt,
    zone_order: snapshot.zoneOrder, zones: snapshot.zones, stages: [], messages: [], rolled_back: 'none', unconfirmed_hosts: [], script: snapshot.script, config: snapshot.config,
    ...(retryOf ? { retry_of: retryOf } : {}),
    hosts: snapshot.hosts.map((host) => ({ host: host.name, zone: host.zone, state: 'pending', commands: [], ...(snapshot.from[host.name] ? { from: snapshot.from[host.name]! } : {}) })),
    links: { self: `/api/v1/actions/${id}`, console: `/actions/${id}`, events: `/api/v1/actions/${id}/events`, logs: `/api/v1/actions/${id}/logs` },
  };
}
