import type { ActionSnapshot, CallStep, CanaryCall, ExecStep, Finding, JsonObject, LoadBalancerCall, Note, Rehearsal, RehearsedStep, RehearsedZone, StepRequest, StepResult } from '@edge/contracts';
import { noCanaryMetrics, noCanaryService } from '../calls/canary-faults.js';
import type { PlannedBalancer } from './planned-balancer.js';

type Stage = RehearsedZone['stages'][number];
type Batch = Stage['batches'][number];

/** Stands where the world stands for a real action: writes down what is asked for and says that all went well. */
export class PrintingShell {
  readonly findings: Finding[] = [];
  readonly warnings: string[] = [];
  readonly texts: Rehearsal['texts'] = [];
  private readonly zones = new Map<string, RehearsedZone>();
  private readonly batchOf = new Map<string, Batch>();
  /** Step by step, hosts that are in it: a step may come again on the same host. */
  private readonly hostsOf = new Map<RehearsedStep, Set<string>>();
  private readonly placeOf = new Map<string, number>();

  private readonly values: JsonObject;

  constructor(snapshot: ActionSnapshot, private readonly balancer: PlannedBalancer) {
    this.values = snapshot.values;
    for (const zone of snapshot.zones) this.zones.set(zone, { zone, pools: [], stages: [] });
  }

  get planned(): RehearsedZone[] {
    return [...this.zones.values()].map((zone) => ({ ...zone, stages: zone.stages.filter(({ batches }) => batches.length > 0) }));
  }

  /** Undefined for a note, which nobody answers. */
  answer(request: StepRequest): StepResult | undefined {
    const { key } = request;
    if (request.kind === 'note') return this.noted(request.note);
    if (request.kind === 'exec') return this.command(request);
    if (request.kind === 'call') return this.called(request);
    if (request.kind === 'signal') return { key, value: this.verdict(request.names, request.match) };
    return { key, value: request.kind === 'random' ? 0.5 : 0 };
  }

  private noted(note: Note): undefined {
    if (note.event === 'stage-started') this.zoneOf(note.zone).stages.push({ stage: note.stage, share: note.share, hosts: note.hosts, batches: [] });
    if (note.event === 'batch-started') this.batch(note);
    if (note.event === 'host-failed') this.findings.push({ pointer: `/servers/${note.host}`, detail: `${note.host}: ${note.why}`, level: 'error' });
    if (note.event === 'message' && note.level !== 'info') this.said(note);
    return undefined;
  }

  /** What stops a zone of a plan will stop the action, too; its cause may be told already. */
  private said({ level, host, text }: Extract<Note, { event: 'message' }>): void {
    if (level !== 'error') this.warnings.push(host ? `${host}: ${text}` : text);
    else if (!this.findings.some(({ detail }) => text.includes(detail))) this.findings.push({ pointer: '/script', detail: text, level: 'error' });
  }

  private batch({ zone, stage, batch, hosts, pool }: Extract<Note, { event: 'batch-started' | 'batch-finished' }>): void {
    const planned: Batch = { batch, ...(pool === undefined ? {} : { pool }), hosts, steps: [] };
    const { stages } = this.zoneOf(zone);
    let own = stages.find((each) => each.stage === stage);
    if (!own) stages.push(own = { stage, share: 100, hosts: [], batches: [] });
    own.batches.push(planned);
    const known = new Set(own.hosts);
    for (const host of hosts) {
      if (!known.has(host)) own.hosts.push(host);
      this.batchOf.set(host, planned);
    }
  }

  private command({ key, host, step, text, runAs }: ExecStep): StepResult {
    const steps = this.batchOf.get(host)?.steps ?? [];
    let own = steps.find((each) => each.step === step && !this.hostsOf.get(each)!.has(host));
    if (!own) {
      steps.push(own = { step, hosts: [], texts: [] });
      this.hostsOf.set(own, new Set());
    }
    own.hosts.push(host);
    own.texts.push(this.place(text, runAs));
    this.hostsOf.get(own)!.add(host);
    return { key, host: { outcome: 'exited', cause: 'exit', code: 0 } };
  }

  private place(text: string, runAs: string | undefined): number {
    const key = `${runAs ?? ''} ${text}`;
    let place = this.placeOf.get(key);
    if (place === undefined) {
      this.placeOf.set(key, (place = this.texts.length));
      this.texts.push({ text, ...(runAs ? { run_as: runAs } : {}) });
    }
    return place;
  }

  private called({ key, service, request }: CallStep): StepResult {
    if (service === 'load-balancer') {
      try {
        return { key, value: this.balancer.answer(request as unknown as LoadBalancerCall) as never };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        this.findings.push({ pointer: '/load_balancer', detail, remedy: 'Compare the pools of the project with those of the load balancer.', level: 'error' });
        return { key, error: detail };
      }
    }
    if (service === 'health') return { key, value: { healthy: true, detail: 'planned' } };
    if (service === 'canary') return this.canary(key, request as unknown as CanaryCall);
    return { key, value: { status: 200, body: '' } };
  }

  /** As the configuration has it; the service itself is not asked. */
  private canary(key: string, { op }: CanaryCall): StepResult {
    const { canary_schedule_api: service, canary_metrics_url: metrics } = this.values;
    if (op === 'schedule') return { key, value: service === undefined ? { state: 'not-configured', detail: noCanaryService } : { state: 'scheduled' } };
    return metrics === undefined ? { key, error: noCanaryMetrics } : { key, value: { state: 'measured', verdict: 'positive', detail: 'planned' } };
  }

  private verdict(names: string[], match: Record<string, unknown> | undefined) {
    const stage = this.zones.get(String(match?.['zone']))?.stages.find((each) => each.stage === match?.['stage']);
    if (stage) stage.verdict = true;
    return { name: names[0] ?? 'approve', payload: { verdict: 'positive' } };
  }

  private zoneOf(name: string): RehearsedZone {
    const zone = this.zones.get(name) ?? { zone: name, pools: [], stages: [] };
    this.zones.set(name, zone);
    return zone;
  }
}
