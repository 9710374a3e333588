import type { ActionDocument, ActionSnapshot, CallPool, Json, LoadBalancerAnswer } from '@edge/contracts';
import type { Clock, Effects } from '@edge/ports';

export interface Asking { effects: Effects; clock: Clock; until: number }

/** Load balancers have this long for all that is asked of them at once. */
export const askingMs = 10_000;

/** Who is in these pools, as the load balancer says now. @throws Error with a sentence for people, also when it has not said by `until` */
export async function askMembers(pools: CallPool[], snapshot: Pick<ActionSnapshot, 'loadBalancer' | 'hosts'>, { effects, clock, until }: Asking): Promise<Extract<LoadBalancerAnswer, { pools: unknown }>['pools']> {
  const asking = { snapshot } as ActionDocument; // reading needs no more of an action
  const request = { op: 'members', pools } as unknown as Json;
  const said = effects.perform(asking, { kind: 'call', key: 'members', service: 'load-balancer', request, withinMs: askingMs }) as Promise<unknown> as Promise<LoadBalancerAnswer>;
  const answer = await inTime(said, { clock, until, late: `The load balancer ${snapshot.loadBalancer?.name ?? ''} did not say within ${askingMs / 1000} seconds who is in its pools.` });
  return 'pools' in answer ? answer.pools : [];
}

async function inTime<T>(work: Promise<T>, { clock, until, late }: { clock: Clock; until: number; late: string }): Promise<T> {
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => { stop = clock.at(until, () => reject(new Error(late))); });
  try {
    return await Promise.race([work, over]);
  } finally {
    stop();
  }
}
