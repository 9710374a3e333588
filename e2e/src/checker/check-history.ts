import type { Acknowledged, History, SeenAction, Violation } from './history.js';

/**
 * Every acknowledged action ended exactly once; every command ran exactly once on its host (at most once where it did not succeed, not at all where Edge says so);
 * no application is left stopped by an action that does not say so;
 * journals have no gap and their chain holds; no two hold a lock at the same time; output is byte for byte what the host's program wrote; readers of
 * events missed nothing and were told nothing twice. Answers what does not hold.
 */
export function checkHistory(history: History): Violation[] {
  return [
    ...duplicateActions(history),
    ...locksHeldByOne(history),
    ...stoppedInSilence(history),
    ...history.acknowledged.flatMap((acknowledged) => {
      const seen = history.actions[acknowledged.action];
      if (!seen) return [{ rule: 'acknowledged = ended', action: acknowledged.action, detail: 'Edge does not know it any more.' }];
      return [...endedOnce(acknowledged, seen), ...journalHolds(acknowledged, seen), ...ranOnce(acknowledged, seen, history.runs), ...ranNot(acknowledged, seen, history.runs), ...outputEqual(acknowledged, seen), ...factsHold(acknowledged, seen)];
    }),
  ];
}

const ends = ['completed', 'failed', 'cancelled'];

/** The same Idempotency-Key must never have started two. */
function duplicateActions({ acknowledged }: History): Violation[] {
  const byKey = new Map<string, string>();
  return acknowledged.flatMap(({ key, action }) => {
    const first = byKey.get(key) ?? action;
    byKey.set(key, first);
    return first === action ? [] : [{ rule: 'one action per key', action, detail: `Key ${key} had started ${first} before.` }];
  });
}

function endedOnce({ action }: Acknowledged, seen: SeenAction): Violation[] {
  const found = seen.journal.filter((record) => record.type === 'end').length;
  if (!ends.includes(seen.status)) return [{ rule: 'acknowledged = ended', action, detail: `It is ${seen.status}.` }];
  return found === 1 ? [] : [{ rule: 'acknowledged = ended', action, detail: `Its journal has ${found} ends.` }];
}

function journalHolds({ action }: Acknowledged, { journal }: SeenAction): Violation[] {
  const broken = journal.find((record, index) => record.seq !== index || (index > 0 && record.prev !== journal[index - 1]!.hash));
  if (broken) return [{ rule: 'journal contiguous', action, detail: `Record ${broken.seq} does not follow the one before it.` }];
  return journal.at(-1)?.type === 'end' || journal.length === 0 ? [] : [{ rule: 'nothing after the end', action, detail: `The last record is ${journal.at(-1)?.type}.` }];
}

function ranOnce(acknowledged: Acknowledged, seen: SeenAction, runs: History['runs']): Violation[] {
  return acknowledged.hosts.flatMap((host) => {
    const marks = acknowledged.kind === 'count' ? [`count ${acknowledged.name}`] : [`stop ${acknowledged.action}`, `start ${acknowledged.name} ${acknowledged.action}`];
    return marks.flatMap((mark) => {
      const times = (runs[host] ?? []).filter((line) => line === mark).length;
      const state = seen.hosts.find((candidate) => candidate.host === host);
      const atMostOnce = state?.state !== 'succeeded';
      if (times === 1 || (times === 0 && atMostOnce)) return [];
      return [{ rule: 'executions per command = 1', action: acknowledged.action, detail: `"${mark}" ran ${times} times on ${host}, which Edge calls ${state?.state ?? 'unknown'}.` }];
    });
  });
}

function ranNot({ action, kind, name }: Acknowledged, { hosts }: SeenAction, runs: History['runs']): Violation[] {
  const [mark, step] = kind === 'count' ? [`count ${name}`] : [`stop ${action}`, 'stop'];
  return hosts.filter(({ host, notStarted }) => (step === undefined ? notStarted.length > 0 : notStarted.includes(step)) && runs[host]?.includes(mark))
    .map(({ host }) => ({ rule: 'what did not start did not run', action, detail: `"${mark}" ran on ${host}, and Edge says that it was never started.` }));
}

/** Whoever stopped an application last started it again, or its host is failed. */
function stoppedInSilence({ runs, actions }: History): Violation[] {
  return Object.entries(runs).flatMap(([host, lines]) => {
    const [what, action = ''] = lines.findLast((line) => /^(stop|start) /.test(line))?.split(' ') ?? [];
    const state = actions[action]?.hosts.find((one) => one.host === host)?.state;
    if (what !== 'stop' || state === undefined || state === 'failed') return [];
    return [{ rule: 'no host stopped in silence', action, detail: `It stopped ${host} and did not start it again; the host is ${state}.` }];
  });
}

function outputEqual({ action, kind, name, lines, hosts }: Acknowledged, seen: SeenAction): Violation[] {
  if (kind !== 'count') return [];
  return hosts.filter((host) => seen.hosts.some((candidate) => candidate.host === host && candidate.state === 'succeeded')).flatMap((host) => {
    const numbers = Array.from({ length: lines }, (_, index) => index + 1);
    const expected = { stdout: [...numbers.map((n) => `${name} ${n} of ${lines} on ${host}\n`), `${name} done\n`].join(''), stderr: numbers.map((n) => `${name} ${n} aside\n`).join('') };
    const got = seen.outputs[host] ?? { stdout: '', stderr: '' };
    return (['stdout', 'stderr'] as const).filter((stream) => got[stream] !== expected[stream]).map((stream) => ({ rule: 'output equal', action, detail: `${stream} of ${host} has ${got[stream].length} bytes, not ${expected[stream].length}, or other ones.` }));
  });
}

function factsHold({ action }: Acknowledged, { facts, factsAtOnce }: SeenAction): Violation[] {
  if (!facts || !factsAtOnce) return [];
  const different = factsAtOnce.findIndex((fact, index) => fact !== facts[index]);
  if (different === -1 && facts.length === factsAtOnce.length) return [];
  const at = different === -1 ? factsAtOnce.length : different;
  return [{ rule: 'event stream without gap or repeat', action, detail: `Fact ${at} of ${factsAtOnce.length} is ${factsAtOnce[at]}; the reader was told ${facts[at]}.` }];
}

/** Deployments lock their project and their hosts, from the countdown to the end. */
function locksHeldByOne({ acknowledged, actions }: History): Violation[] {
  const held = acknowledged.filter(({ kind }) => kind === 'deploy').flatMap(({ action }) => {
    const journal = actions[action]?.journal ?? [];
    const from = journal.find(({ to }) => to === 'counting-down')?.at;
    return from === undefined ? [] : [{ action, from, to: journal.find(({ type }) => type === 'end')?.at ?? Infinity }];
  }).sort((one, other) => one.from - other.from);
  return held.flatMap(({ action, from }, n) => {
    const before = held.slice(0, n).find(({ to }) => from < to);
    return before ? [{ rule: 'locks are held by one', action, detail: `It held its project ${before.to - from} ms before ${before.action} had ended.` }] : [];
  });
}
