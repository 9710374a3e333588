import type { Json } from '@edge/contracts';
import { milliseconds } from '@edge/script';
import { waitText } from '../journal/wait-text.js';
import { call } from './calls.js';
import { CallFailed } from './conversation.js';
import type { World } from './create-context.js';

export interface Analysis { zone: string; stage: number; share: number; test: string[]; control: string[]; version?: string }

export type Verdict = { verdict: 'positive' } | { verdict: 'negative'; why: string };

/** Waits for the verdict on a stage. Inconclusive: people are asked, the zone goes on waiting. @throws CallFailed when the analysis cannot be had */
export async function verdictOn(world: World, analysis: Analysis): Promise<Verdict> {
  const by = world.values['canary_by'] ?? 'service';
  if (by === 'metric') return byMetric(world, analysis);
  if (by === 'service' && !(await scheduled(world, analysis))) return { verdict: 'positive' };
  return heard(world, analysis, by === 'person' ? 'the verdict of a person' : 'the verdict of the canary service');
}

/** False: the service does not know this project, and the project says that it may go on without. */
async function scheduled({ conversation, values }: World, analysis: Analysis): Promise<boolean> {
  const id = `${analysis.zone}:${analysis.stage}`;
  const answer = await call(conversation, 'canary', { request: { op: 'schedule', analysis: id, ...analysis }, scope: id });
  if (answer.state === 'scheduled') {
    conversation.note({ event: 'message', level: 'info', text: `A canary analysis of stage ${analysis.stage} in zone ${analysis.zone} is scheduled${answer.link ? `: ${answer.link}` : '.'}` });
    return true;
  }
  const detail = answer.state === 'not-configured' ? answer.detail : 'The canary service gave no analysis.';
  if (values['canary_optional'] !== true) throw new CallFailed(`No canary analysis: ${detail} Set "canary_optional" of the project if it may go on without.`);
  conversation.note({ event: 'message', level: 'warning', text: `Stage ${analysis.stage} of zone ${analysis.zone} passes without a verdict: ${detail}` });
  return false;
}

async function heard({ conversation, values }: World, { zone, stage }: Analysis, waitingFor: string): Promise<Verdict> {
  const withinMs = milliseconds((values['canary_timeout'] as string | number | undefined) ?? '24h');
  for (;;) {
    conversation.note({ event: 'waiting', for: waitingFor, zone, stage });
    const result = await conversation.ask(`${zone}:verdict`, { kind: 'signal', names: ['verdict'], waitingFor: waitText(waitingFor, { zone, stage }), withinMs, match: { zone, stage } });
    if (!('value' in result)) return { verdict: 'negative', why: 'no verdict came in time' };
    const { verdict, reason } = saidIn(result.value);
    conversation.note({ event: 'going-on', zone, stage });
    if (verdict === 'positive') return { verdict };
    if (verdict === 'negative') return { verdict, why: `the verdict on stage ${stage} is negative${reason ? `: ${reason}` : ''}` };
    conversation.note({ event: 'message', level: 'warning', text: `The verdict on stage ${stage} in zone ${zone} is inconclusive${reason ? `: ${reason}` : ''}. A person has to give one.` });
  }
}

/** The verdict in a signal, whether it was delivered whole or as its payload. */
function saidIn(value: Json): { verdict: string; reason?: string } {
  const signal = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as { payload?: Json; verdict?: string; reason?: string };
  const payload = (typeof signal.payload === 'object' && signal.payload !== null ? signal.payload : signal) as { verdict?: string; reason?: string };
  const reason = payload.reason ?? signal.reason;
  return { verdict: payload.verdict ?? 'inconclusive', ...(reason ? { reason } : {}) };
}

/** Lets the stage run for a while, then compares it with the control group by the project's query. */
async function byMetric(world: World, analysis: Analysis): Promise<Verdict> {
  const { conversation, values } = world;
  const { zone, stage, test, control } = analysis;
  const query = values['canary_query'];
  if (typeof query !== 'string') throw new CallFailed('A canary by metric needs "canary_query".');
  const forMs = milliseconds((values['canary_soak'] as string | number | undefined) ?? '5m');
  conversation.note({ event: 'waiting', for: 'the metrics of the canary', zone, stage });
  await conversation.ask(`${zone}:soak`, { kind: 'timer', forMs });
  const tolerance = Number(values['canary_tolerance'] ?? 0.1);
  const answer = await call(conversation, 'canary', { request: { op: 'measure', zone, stage, test, control, query, tolerance }, scope: `${zone}:${stage}` });
  conversation.note({ event: 'going-on', zone, stage });
  if (answer.state !== 'measured') throw new CallFailed('The metrics gave no verdict.');
  conversation.note({ event: 'message', level: answer.verdict === 'positive' ? 'info' : 'warning', text: `Stage ${stage} of zone ${zone}: ${answer.verdict}: ${answer.detail}` });
  if (answer.verdict === 'positive') return { verdict: 'positive' };
  if (answer.verdict === 'negative') return { verdict: 'negative', why: `the metrics speak against stage ${stage}: ${answer.detail}` };
  return heard(world, analysis, 'the verdict of a person, since the metrics are inconclusive');
}
