import type { ActionDocument, CallStep, ExecStep, HostResult, Json, Note, StepRequest, StepResult } from '@edge/contracts';
import type { Delivery, ScriptRun, Turn } from '@edge/ports';

export interface Performance {
  action: ActionDocument;
  exec(step: ExecStep): Promise<HostResult>;
  perform(action: ActionDocument, call: CallStep): Promise<Json>;
  /** Timers are real, this many times faster. */
  hurry?: number;
  /** Every fact as it is told. */
  onNote?: (note: Note) => void;
}

/** Runs a script against effects that take real time, without a journal: for tests against real load balancers. */
export async function performScript(run: ScriptRun, performance: Performance): Promise<NonNullable<Turn['end']>> {
  const inbox: Delivery[] = [];
  let wake = (): void => undefined;
  const arrived = (delivery: Delivery): void => {
    inbox.push(delivery);
    wake();
  };
  const begin = ({ requests }: Turn): void => {
    for (const request of requests) void answer(request, performance).then((result) => result && arrived(result));
  };
  let turn = await run.start();
  begin(turn);
  while (!turn.end) {
    if (inbox.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
    turn = await run.deliver(inbox.shift()!);
    begin(turn);
  }
  run.stop();
  return turn.end;
}

async function answer(request: StepRequest, { action, exec, perform, hurry = 1, onNote }: Performance): Promise<StepResult | undefined> {
  const { key } = request;
  if (request.kind === 'note') return void onNote?.(request.note);
  if (request.kind === 'exec') return { key, host: await exec(request) };
  if (request.kind === 'call') return perform(action, request).then((value) => ({ key, value }), (error: unknown) => ({ key, error: error instanceof Error ? error.message : String(error) }));
  if (request.kind === 'timer') await new Promise((resolve) => { setTimeout(resolve, request.forMs / hurry); });
  if (request.kind === 'signal') return { key, timedOut: true };
  return { key, value: request.kind === 'now' ? Date.now() : null };
}
