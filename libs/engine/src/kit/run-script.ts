import type { ActionSnapshot, StepRequest } from '@edge/contracts';
import type { Delivery, ScriptInput, ScriptRun, Turn } from '@edge/ports';
import type { AnyScript } from '@edge/script';
import { Conversation } from './conversation.js';
import { createContext } from './create-context.js';

type End = NonNullable<Turn['end']>;

export interface RunSurroundings {
  /** Resolves when the script has nothing more to do without a delivery: one macrotask later, all microtasks done. */
  settle(): Promise<void>;
  /** Where in the author's source an error arose. */
  locate?(error: unknown): { file?: string; line?: number };
}

/**
 * One script at work. It reaches the world only by the requests of its turns; the same input and the same deliveries in the same order always
 * make the same turns. Turns must not overlap. Its end waits for commands and calls that it left running.
 */
export function runScript(script: AnyScript, input: ScriptInput, surroundings: RunSurroundings): ScriptRun {
  const { deliverTogether: _, ...run } = runTogether(script, input, surroundings);
  return run;
}

/** The same for who needs no journal: several answers may make one turn. */
export function runTogether(script: AnyScript, input: ScriptInput, surroundings: RunSurroundings): ScriptRun & { deliverTogether(deliveries: readonly Delivery[]): Promise<Turn> } {
  const conversation = new Conversation();
  let outcome: End | undefined;
  let stopped = false;

  async function turn(): Promise<Turn> {
    await surroundings.settle();
    const requests: StepRequest[] = conversation.take();
    return outcome && !conversation.busy() ? { requests, end: outcome } : { requests };
  }
  return {
    start() {
      perform(script, input, conversation).then(
        () => { outcome = { ok: true }; },
        (error: unknown) => { outcome = { ok: false, error: describe(error, surroundings) }; },
      );
      return turn();
    },
    deliver(delivery: Delivery) {
      if (!stopped) conversation.deliver(delivery);
      return turn();
    },
    async deliverAll(deliveries) {
      const turns: Turn[] = [];
      for (const delivery of deliveries) turns.push(await this.deliver(delivery));
      return turns;
    },
    deliverTogether(deliveries) {
      for (const delivery of deliveries) if (!stopped) conversation.deliver(delivery);
      return turn();
    },
    stop() { stopped = true; },
  };
}

async function perform(script: AnyScript, input: ScriptInput, conversation: Conversation): Promise<void> {
  const handler = script.actions[input.type];
  if (!handler || !Object.hasOwn(script.actions, input.type)) throw new Error(`Script ${script.name} has no action type "${input.type}"; it has ${Object.keys(script.actions).join(', ')}.`);
  const snapshot = input.snapshot as unknown as ActionSnapshot;
  const parsed = script.config.safeParse(snapshot.values);
  if (!parsed.success) throw new Error(`The configuration does not fit script ${script.name}: ${parsed.error.issues.map((issue) => `/${issue.path.join('/')} ${issue.message}`).join('; ')}`);
  await handler(createContext({ input, snapshot, config: parsed.data as never, conversation }));
}

function describe(error: unknown, { locate }: RunSurroundings): Extract<End, { ok: false }>['error'] {
  const message = error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : `The script threw ${String(error)}.`;
  return { message, ...locate?.(error) };
}
