import { mayHeal } from './client.js';

export const againMs = 1_000;

export interface Asking { tell: (problem: string) => void; signal: AbortSignal }

/** Asks again while Edge does not answer. Tells each problem, and that there is none any more. */
export async function untilAnswered(ask: () => Promise<void>, { tell, signal }: Asking): Promise<void> {
  while (!signal.aborted) {
    const problem = await ask().then(() => undefined, (error: Error) => error);
    if (signal.aborted) return;
    tell(problem?.message ?? '');
    if (!problem || !mayHeal(problem)) return;
    await new Promise((resolve) => window.setTimeout(resolve, againMs));
  }
}
