import type { ActionSnapshot, CallStep, ExecStep, Finding, Note, PlannedBatch, PlannedCommand, PlannedStage, PlannedZone, StepRequest, StepResult } from '@edge/contracts';
import { type PlannedBalancer } from './planned-balancer.js';

export type CheckText = (text: string, options: { runAs?: string }) => { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string };

/** Stands where the world stands for a real action: writes down what is asked for and says that all went well. */
export class PrintingShell {
  readonly findings: Finding[] = [];
  readonly warnings: string[] = [];
  private readonly zones = new Map<string, PlannedZone>();
  private readonly batchOf = new Map<string, PlannedBatch>();
  /** What the policy said: most steps have the same text on every host. */
  private readonly said = new Map<string, ReturnType<CheckText>>();

  constructor(private readonly snapshot: ActionSnapshot, private readonly around: { balancer: PlannedBalancer; checkText: CheckText }) {
    for (const zone of snapshot.zones) this.zones.set(zone, { zone, pools: [], stages: [] });
  }

  get planned(): PlannedZone[] {
    return [...this.zones.values()].map((zone) => ({ ...zone, stages: zone.stages.filter(({ batches }) => batches.length > 0) }));
  }

  /** Undefined for a note, which nobody answers. */
  async answer(request: StepRequest): Promise<StepResult | undefined> {
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
    if (note.event === 'message' && note.level !== 'info') this.warnings.push(note.host ? `${note.host}: ${note.text}` : note.text);
    return undefined;
  }

  private batch({ zone, stage, batch, hosts, pool }: Extract<Note, { event: 'batch-started' | 'batch-finished' }>): void {
    const planned: PlannedBatch = { batch, ...(pool === undefined ? {} : { pool }), hosts, steps: [] };
    const { stages } = this.zoneOf(zone);
    let own = stages.find((each) => each.stage === stage);
    if (!own) stages.push(own = { stage, share: 100, hosts: [], batches: [] });
    own.batches.push(planned);
    for (const host of hosts) {
      if (!own.hosts.includes(host)) own.hosts.push(host);
      this.batchOf.set(host, planned);
    }
  }

  private command({ key, host, step, text, runAs }: ExecStep): StepResult {
    const { verdict, rule, detail } = this.checked(text, runAs);
    const command: PlannedCommand = { host, text, ...(runAs ? { run_as: runAs } : {}), ...(verdict === 'allow' ? {} : { policy: { verdict, rule, detail } }) };
    if (verdict === 'deny') this.findings.push({ pointer: `/hosts/${host}/${step}`, detail: `The command policy refuses step "${step}" on ${host}: ${detail}`, remedy: `Rule ${rule}.`, level: 'error' });
    const steps = this.batchOf.get(host)?.steps ?? [];
    const own = steps.find((each) => each.step === step && !each.commands.some((other) => other.host === host));
    if (own) own.commands.push(command);
    else steps.push({ step, commands: [command] });
    return { key, host: { outcome: 'exited', cause: 'exit', code: 0 } };
  }

  private checked(text: string, runAs: string | undefined): ReturnType<CheckText> {
    const key = `${runAs ?? ''} ${text}`;
    const said = this.said.get(key) ?? this.around.checkText(text, runAs === undefined ? {} : { runAs });
    this.said.set(key, said);
    return said;
  }

  private async called({ key, service, request }: CallStep): Promise<StepResult> {
    if (service === 'load-balancer') {
      try {
        return { key, value: await this.around.balancer.answer(request as never) as never };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        this.findings.push({ pointer: '/load_balancer', detail, remedy: 'Compare the pools of the project with those of the load balancer.', level: 'error' });
        return { key, error: detail };
      }
    }
    if (service === 'health') return { key, value: { healthy: true, detail: 'planned' } };
    if (service === 'canary') return { key, value: { state: 'scheduled' } };
    return { key, value: { status: 200, body: '' } };
  }

  private verdict(names: string[], match: Record<string, unknown> | undefined) {
    const stage = this.zones.get(String(match?.['zone']))?.stages.find((each: PlannedStage) => each.stage === match?.['stage']);
    if (stage) stage.verdict = true;
    return { name: names[0] ?? 'approve', payload: { verdict: 'positive' } };
  }

  private zoneOf(name: string): PlannedZone {
    const zone = this.zones.get(name) ?? { zone: name, pools: [], stages: [] };
    this.zones.set(name, zone);
    return zone;
  }
}
