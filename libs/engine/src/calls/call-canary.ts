import type { CanaryAnswer, CanaryCall, Json, JsonObject } from '@edge/contracts';
import type { CallScope } from './call-scope.js';
import { noCanaryMetrics, noCanaryService } from './canary-faults.js';

/** Verdicts from outside: an analysis that a canary service schedules, or a metric query that is answered at once. */
export function callCanary(scope: CallScope, call: CanaryCall): Promise<CanaryAnswer> {
  return call.op === 'schedule' ? schedule(scope, call) : measure(scope, call);
}

/** Posts the analysis in the shape of the original's canary service. Asking twice is harmless: `ccrid`, zone and stage name it. */
async function schedule(scope: CallScope, { zone, stage, share, test, control, version }: Extract<CanaryCall, { op: 'schedule' }>): Promise<CanaryAnswer> {
  const { action, network, withinMs } = scope;
  const { values } = action.snapshot;
  const url = values['canary_schedule_api'];
  if (typeof url !== 'string') return { state: 'not-configured', detail: noCanaryService };
  const verdictUrl = await scope.verdictUrl?.({ action: action.id, zone, stage });
  const body = {
    ccrid: action.id, jiraid: values['jira_id'] ?? null, project_name: action.project, space: action.space, staggered_status: `${share}%`, stage, datacenter: zone.toLowerCase(),
    verf_server: test.join(','), prod_server: control.join(','), respond_to: verdictUrl ?? 'edge', ...(verdictUrl === undefined ? {} : { verdict_url: verdictUrl }), ...(version === undefined ? {} : { version }),
  };
  const answer = await network.http({ method: 'POST', url, withinMs, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return scheduled(url, answer);
}

function scheduled(url: string, { status, body }: { status: number; body: string }): CanaryAnswer {
  const said = objectIn(body);
  const code = Number(said['code'] ?? (said['success'] === true || said['status'] === true ? 200 : status));
  const message = typeof said['message'] === 'string' ? said['message'] : body.slice(0, 200);
  if (code === 111) return { state: 'not-configured', detail: message || 'The canary service does not know this project.' };
  if (said['success'] === false || status >= 400 || (code !== 200 && code !== 119 && code >= 300)) throw new Error(`The canary service at ${url} refused the analysis (${code}): ${message}`);
  const link = said['link'] ?? said['url'];
  return { state: 'scheduled', ...(typeof link === 'string' ? { link } : {}) };
}

/** Asks Prometheus for test and control group; lower is better. Without both numbers nothing is known. */
async function measure(scope: CallScope, { test, control, query, tolerance }: Extract<CanaryCall, { op: 'measure' }>): Promise<CanaryAnswer> {
  const [tested, compared] = await Promise.all([test, control].map((hosts) => valueFor(scope, query, hosts)));
  if (tested === undefined || compared === undefined) return { state: 'measured', verdict: 'inconclusive', detail: `the query gave no number for ${tested === undefined ? 'the changed' : 'the unchanged'} hosts` };
  const [said, other] = [tested, compared].map((value) => Number(value.toPrecision(6)));
  const detail = `${said} on the changed hosts, ${other} on the unchanged`;
  return { state: 'measured', verdict: tested <= compared * (1 + tolerance) ? 'positive' : 'negative', detail };
}

async function valueFor({ action, network, withinMs }: CallScope, query: string, hosts: readonly string[]): Promise<number | undefined> {
  const base = action.snapshot.values['canary_metrics_url'];
  if (typeof base !== 'string') throw new Error(noCanaryMetrics);
  if (hosts.length === 0) return undefined;
  const pattern = hosts.map((host) => host.replace(/[.*+?^${}()|[\]\\]/g, '\\\\$&')).join('|');
  const url = `${base.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query.replaceAll('$hosts', pattern))}`;
  const { status, body } = await network.http({ method: 'GET', url, withinMs });
  const said = objectIn(body);
  if (status !== 200 || said['status'] !== 'success') throw new Error(`Prometheus answered ${status}: ${String(said['error'] ?? body.slice(0, 200))}`);
  return numberIn(said['data']);
}

/** A scalar, or a vector of exactly one sample. */
function numberIn(data: Json | undefined): number | undefined {
  const { resultType, result } = (data ?? {}) as { resultType?: string; result?: Json[] };
  const sample = resultType === 'scalar' ? result : result?.length === 1 ? (result[0] as { value?: Json[] }).value : undefined;
  const value = Number(sample?.[1]);
  return Number.isFinite(value) ? value : undefined;
}

function objectIn(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : {};
  } catch {
    return {}; // an answer that is no JSON says nothing; its status decides
  }
}
