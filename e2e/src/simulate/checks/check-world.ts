import { type ActionDocument, isEnd, type JournalRecord, topics } from '@edge/contracts';
import { brokenRecord, factsOf, foldAction, ScriptDrive } from '@edge/engine';
import { poolAtRest, verdictsHold } from './pools-and-verdicts.js';
import { stoppedInSilence } from './stopped-in-silence.js';
import type { SimulatedWorld } from '../world/simulated-world.js';

const soonMs = 300_000;

/** What must hold when everything has come to rest. */
export async function checkWorld(world: SimulatedWorld): Promise<void> {
  oneActionPerKey(world);
  const documents = world.documents.findNow<ActionDocument>('actions', { limit: 1_000 });
  for (const { document } of documents) await checkAction(world, document);
  for (const { action } of world.people.acknowledged) if (!documents.some(({ id }) => id === action)) world.watch.violated('acknowledged = ended', `${action} was answered and is not in the store.`);
  const table = world.lockTable();
  if (table.holders.length + table.queue.length > 0) world.watch.violated('locks are freed', JSON.stringify(table));
  noTwoHold(world, documents.map(({ document }) => document));
  poolAtRest(world, documents.map(({ document }) => document));
}

function oneActionPerKey({ people: { acknowledged }, watch }: SimulatedWorld): void {
  const byKey = new Map<string, string>();
  for (const { key, action } of acknowledged) {
    if ((byKey.get(key) ?? action) !== action) watch.violated('one action per key', key);
    byKey.set(key, action);
  }
}

async function checkAction(world: SimulatedWorld, document: ActionDocument): Promise<void> {
  const records = world.journal.readNow(document.id);
  const { watch } = world;
  const ends = records.filter(({ type }) => type === 'end');
  if (ends.length !== 1 || records.at(-1)?.type !== 'end') return watch.violated('acknowledged = ended', `${document.id} (${document.project}) has ${ends.length} ends; last is ${JSON.stringify(records.at(-1))}`);
  if (brokenRecord(records)) watch.violated('journal is a chain', JSON.stringify(brokenRecord(records)));
  const view = foldAction(document, records);
  const { projection } = document;
  if (!projection.ended || projection.status !== view.status || projection.seq !== records.length - 1) watch.violated('projection is the fold', JSON.stringify({ projection, status: view.status, seq: records.length - 1 }));
  resultsOnce(world, records);
  signalsOnce(world, records);
  factsTold(world, document, records);
  provenSuccess(world, document, records);
  cancelFence(world, document, records);
  liveVersions(world, document, records);
  signalsArrive(world, document, records);
  answersFit(world, records);
  justEnds(world, document, records);
  verdictsHold(world, document, records);
  if (/-(pooled|canary)$/.test(document.project)) stoppedInSilence(world, document, view);
  await replaysIdentically(world, document, records);
}

function resultsOnce({ watch }: SimulatedWorld, records: JournalRecord[]): void {
  const keys = records.flatMap((record) => (record.type === 'result' ? record.items.map(({ key }) => key) : []));
  if (new Set(keys).size < keys.length) watch.violated('a step has one result', keys.filter((key, index) => keys.indexOf(key) < index).join(', '));
}

function signalsOnce({ watch }: SimulatedWorld, records: JournalRecord[]): void {
  const ids = records.flatMap((record) => (record.type === 'signal' ? [record.signal.id] : []));
  if (new Set(ids).size < ids.length) watch.violated('signals count once', ids.join(', '));
  if (ids.includes('forged')) watch.violated('forged moves nothing', 'a forged signal is in the journal');
  const used = records.flatMap((record) => (record.type === 'result' ? record.items : [])).flatMap((item) => ('value' in item && item.key.startsWith('signal/') ? [(item.value as { id: string }).id] : []));
  if (new Set(used).size < used.length) watch.violated('signals count once', `one answered two questions: ${used.join(', ')}`);
}

/** An approval answers what was asked when it was given. Hosts answer, and executors do in the end: nothing is given up. */
function answersFit({ watch }: SimulatedWorld, records: JournalRecord[]): void {
  const asked = new Map(records.flatMap((record) => (record.type === 'schedule' ? record.steps.map((step) => [step.key, record.seq] as const) : [])));
  const given = new Map(records.flatMap((record) => (record.type === 'signal' ? [[record.signal.id, record.seq] as const] : [])));
  for (const item of records.flatMap((record) => (record.type === 'result' ? record.items : []))) {
    if ('host' in item && item.host.detail?.startsWith('No executor answered')) watch.violated('nothing is given up', item.key);
    if (!('value' in item) || !item.key.startsWith('signal/')) continue;
    const { id, name } = item.value as { id: string; name: string };
    if (name === 'verdict') continue; // a quick service says it before the wait is written down
    if ((given.get(id) ?? 0) < (asked.get(item.key) ?? 0)) watch.violated('an approval answers what was asked', item.key);
  }
}

/** What a gateway took for a running action is in its journal, unless it ended soon afterwards. */
function signalsArrive({ watch }: SimulatedWorld, { id }: ActionDocument, records: JournalRecord[]): void {
  const journaled = new Set(records.flatMap((record) => (record.type === 'signal' ? [record.signal.id] : [])));
  for (const [signal, { action, at }] of watch.signals) if (action === id && !journaled.has(signal) && records.at(-1)!.at > at + soonMs) watch.violated('signals arrive', `${signal} of ${id}`);
}

/** Every record's facts came to the public, always with the same content under the same id. */
function factsTold(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  const told = new Map<string, string>();
  for (const { key, headers, value } of world.bus.published(topics.events.name)) {
    if (key !== document.id) continue;
    const before = told.get(headers.ce_id!);
    if (before !== undefined && before !== value) world.watch.violated('facts are the same again', headers.ce_id!);
    told.set(headers.ce_id!, value);
  }
  for (const record of records) for (const part of factsOf(document, record).keys()) if (!told.has(`${document.id}:${record.seq}:${part}`)) world.watch.violated('facts are told', `${record.type} ${record.seq} of ${document.id} was never published`);
}

/** Completed: the hosts' own memory says of every command of every host that it was done. */
function provenSuccess(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  const end = records.at(-1)!;
  if (end.type !== 'end' || end.status !== 'completed') return;
  const steps = records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).filter((step) => step.kind === 'exec');
  for (const host of document.hosts) if (!steps.some((step) => step.host === host)) world.watch.violated('fail closed', `completed, but nothing ran on ${host}`);
  const jobs = [...world.hosts.jobs.values()].filter(({ payload }) => payload.action === document.id);
  for (const step of steps) {
    if (['tidy', 'first'].includes(step.step)) continue;
    if (!jobs.some(({ payload, truth }) => payload.key === step.key && truth === 'done')) world.watch.violated('fail closed', `completed, but ${step.key} was never done`);
  }
}

/** After the cancellation nothing begins but clean-up; before the start nothing ever does. */
function cancelFence(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  const at = records.find((record) => record.type === 'status' && record.to === 'cancelling')?.seq;
  const ran = world.watch.launches.filter(({ job }) => job.payload.action === document.id);
  const started = records.find((record) => record.type === 'status' && record.to === 'running');
  if (!started && ran.length > 0) world.watch.violated('no host before the start', `${document.id} never started, but ${ran[0]!.job.payload.key} ran`);
  const counting = records.findLast((record) => record.type === 'status' && record.to === 'counting-down');
  const due = counting?.type === 'status' ? (counting.dueAt ?? 0) : 0;
  if (started && started.at < due) world.watch.violated('the countdown is kept', `started ${due - started.at} ms early`);
  const cancel = records.find((record) => record.type === 'signal' && record.signal.name === 'cancel');
  const end = records.at(-1)!;
  if (cancel && end.type === 'end' && end.status !== 'cancelled') world.watch.violated('a cancellation is kept', `${document.id} ended ${end.status}`);
  if (cancel && started && cancel.seq < started.seq) world.watch.violated('a cancelled countdown starts nothing', document.id);
  const frozen = started && world.config.freezes.some(({ from, to }) => Date.parse(from) <= started.at - 1_000 && started.at < Date.parse(to));
  if (frozen) world.watch.violated('a freeze holds starts back', document.id);
  if (at === undefined) return;
  const late = new Map(records.filter((record) => record.seq > at).flatMap((record) => (record.type === 'schedule' ? record.steps : [])).map((step) => [step.key, step]));
  const begun = ran.filter(({ job }) => !['tidy', 'start again'].includes(job.payload.step) && late.has(job.payload.key));
  if (begun.length > 0) world.watch.violated('cancelled begins nothing', begun.map(({ job }) => job.payload.key).join(', '));
  const further = ran.filter(({ job, seq }) => job.payload.attempt > 1 && seq > at + 1 && !late.has(job.payload.key) && !journaledLost(records, job.payload, at));
  if (further.length > 0) world.watch.violated('cancelled begins nothing', `attempt ${further[0]!.job.payload.attempt} of ${further[0]!.job.payload.key} began after the cancellation`);
}

/** A further attempt was due before the cancellation: it may have been on its way. */
function journaledLost(records: JournalRecord[], { key, attempt }: { key: string; attempt: number }, before: number): boolean {
  return records.some((record) => record.seq < before && record.type === 'result' && record.items.some((item) => item.key === `${key}@${attempt - 1}`));
}

/** The version of a host is on record for every project whose action said that it lives there. */
function liveVersions(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  const notes = records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).flatMap((step) => (step.kind === 'note' && step.note.event === 'version-live' ? [step.note] : []));
  for (const note of notes) {
    const stored = world.documents.getNow<{ version: string }>('versions', `${document.space}/${document.project}/${note.host}`);
    if (!stored) world.watch.violated('live versions are recorded', `${note.host} of ${document.project} runs ${note.version}, but there is no record`);
  }
}

/** An end has a cause in the world: nobody is cancelled by nobody, nothing is blocked but what is treacherous. */
function justEnds(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  const blocked = records.find((record) => record.type === 'status' && record.to === 'blocked');
  const treacherous = document.project.endsWith('treacherous');
  if (blocked && !treacherous) world.watch.violated('only treason blocks', JSON.stringify(blocked));
  const claims = records.filter(({ type }) => type === 'claim');
  const firstStep = records.find(({ type }) => type === 'schedule')?.seq ?? Infinity;
  const end = records.at(-1)!;
  if (end.type !== 'end') return;
  if (treacherous && claims.some(({ seq }) => seq > firstStep) && end.status === 'completed') world.watch.violated('a changed script is not guessed', `${document.id} went on after a replay that asked for something else`);
  if (end.status !== 'cancelled') return;
  const cancelled = records.some((record) => record.type === 'signal' && ['cancel', 'reject'].includes(record.signal.name));
  const late = end.at > Date.parse(document.acceptedAt) + document.startWithinMs;
  if (!cancelled && !late) world.watch.violated('cancelled for a reason', `${document.id}: ${end.summary.reason}`);
}

/** The script, run once more through its journal, asks for exactly what it asked then, and comes to the same end. */
async function replaysIdentically(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): Promise<void> {
  if (document.project.endsWith('treacherous') || !records.some(({ type }) => type === 'schedule')) return;
  const bundle = world.config.bundles.get(document.snapshot.script.sha)!;
  const drive = new ScriptDrive(world.scripts.run(bundle, { action: document.id, type: document.type, snapshot: document.snapshot as never }));
  try {
    await drive.replay(records);
  } catch (error) {
    world.watch.violated('replay is identical', String(error));
  }
  const last = records.at(-1)!;
  if (last.type === 'end' && isEnd(last.status) && last.status !== 'cancelled' && !drive.end) world.watch.violated('replay is identical', 'the script does not end where it ended');
}

/** From the moment that an action holds its locks until its end no other has any of them. */
function noTwoHold(world: SimulatedWorld, documents: ActionDocument[]): void {
  const spans = documents.flatMap((document) => {
    const records = world.journal.readNow(document.id);
    const from = records.find((record) => record.type === 'status' && record.to === 'counting-down')?.at;
    const to = records.at(-1)?.at ?? Infinity;
    return from === undefined ? [] : [{ document, from, to }];
  });
  for (const [index, one] of spans.entries()) for (const other of spans.slice(index + 1)) {
    const shared = one.document.project === other.document.project || one.document.hosts.some((host) => other.document.hosts.includes(host));
    if (shared && one.from < other.to && other.from < one.to) world.watch.violated('locks are held by one', `${one.document.id} and ${other.document.id}`);
  }
}
