import { type ActionSnapshot, type CallPool, type JsonObject, type LoadBalancerAnswer, type LoadBalancerCall, parseDuration } from '@edge/contracts';
import type { LoadBalancer, Member, MemberRef } from '@edge/ports';
import { again } from './again.js';
import type { CallScope } from './call-scope.js';
import { demandOwned } from './demand-owned.js';
import { givePlacesBack, takePlaces } from './pool-places.js';

type Change = Exclude<LoadBalancerCall, { op: 'members' }>;

/** Load balancer calls: each retried as its configuration says, changes of one load balancer one after the other, every state read back. */
export async function callBalancer(scope: CallScope, request: LoadBalancerCall): Promise<LoadBalancerAnswer> {
  const config = scope.action.snapshot.loadBalancer;
  if (!config) throw new Error('This environment names no load balancer.');
  const balancer = named(scope, scope.loadBalancer(config));
  const retry = { clock: scope.clock, attempts: Math.max(1, Number(config['retries'] ?? 3)), delayMs: delayOf(config) };
  if (request.op === 'members') return again(async () => ({ pools: await Promise.all(request.pools.map(async (pool) => ({ pool, members: await balancer.members(pool) }))) }), retry);
  return scope.locks.run(config.name, () => again(() => change(scope, balancer, request), retry));
}

function delayOf(config: JsonObject): number {
  const delay = config['retry_delay'];
  return (typeof delay === 'string' || typeof delay === 'number' ? parseDuration(delay) : undefined) ?? 1_000;
}

/** Going out is written down first: see `takePlaces`. */
async function change(scope: CallScope, balancer: LoadBalancer, request: Change): Promise<LoadBalancerAnswer> {
  const refused = request.op === 'drain' ? await takePlaces(scope, balancer, request) : undefined;
  if (refused) return refused;
  const member: MemberRef = { host: request.host, ...(request.port === undefined ? {} : { port: request.port }) };
  for (const pool of request.pools) await brought(scope, balancer, { pool: { zone: pool.zone, name: pool.name }, member, op: request.op });
  if (request.op === 'put-back') await givePlacesBack(scope, request);
  return { done: true };
}

type States = readonly Member['state'][];
/** States in which nothing is left to do. */
const reached: Record<Change['op'], States> = { drain: ['draining', 'out'], 'take-out': ['out'], 'put-back': ['in'] };
/** States that a change may have led to: where sessions cannot be cut, taking out leaves them draining. */
const accepted: Record<Change['op'], States> = { ...reached, 'take-out': ['out', 'draining'] };

/** Changes a member and reads back that it is so; a member that is so already is left alone. */
async function brought(scope: CallScope, balancer: LoadBalancer, { pool, member, op }: { pool: CallPool; member: MemberRef; op: Change['op'] }): Promise<void> {
  const isNot = async (states: States) => {
    const mine = (await balancer.members(pool)).filter(({ host, port }) => host === member.host && (member.port === undefined || port === member.port));
    if (mine.length === 0) throw new Error(`Pool ${pool.name} of zone ${pool.zone} has no member ${member.host}${member.port === undefined ? '' : `:${member.port}`}.`);
    return mine.every(({ state }) => states.includes(state)) ? undefined : mine.map(({ state }) => state).join(', ');
  };
  if ((await isNot(reached[op])) === undefined) return;
  await demandOwned(scope);
  if (op === 'drain') await balancer.drain(pool, member);
  else if (op === 'take-out') await balancer.takeOut(pool, member);
  else await balancer.putBack(pool, member);
  const still = await isNot(accepted[op]);
  if (still !== undefined) throw new Error(`The load balancer took the change, but ${member.host} is still ${still} in pool ${pool.name} of zone ${pool.zone}.`);
}

/** Names of an action's hosts, and the name behind each address: made once per action, asked thousands of times. */
const namesOf = new WeakMap<ActionSnapshot, { names: ReadonlySet<string>; byAddress: ReadonlyMap<string, string> }>();

function namesIn(snapshot: ActionSnapshot) {
  const known = namesOf.get(snapshot);
  if (known) return known;
  const made = { names: new Set(snapshot.hosts.map(({ name }) => name)), byAddress: new Map(snapshot.hosts.flatMap(({ name, address }) => (address === undefined ? [] : [[address, name] as const]))) };
  namesOf.set(snapshot, made);
  return made;
}

/** The load balancer may know hosts by address: inside, they go by their names. */
function named(scope: CallScope, balancer: LoadBalancer): LoadBalancer {
  const { names, byAddress } = namesIn(scope.action.snapshot);
  const known = new Map<string, string>();
  const back = ({ host, ...rest }: MemberRef): MemberRef => ({ ...rest, host: known.get(host) ?? host });
  return {
    members: async (pool) => {
      const members = await balancer.members(pool);
      if (members.every(({ host }) => names.has(host))) return members;
      return members.map((member) => {
        const name = names.has(member.host) ? member.host : (byAddress.get(member.host) ?? member.host);
        if (name === member.host) return member;
        known.set(name, member.host);
        return { ...member, host: name };
      });
    },
    drain: (pool, member) => balancer.drain(pool, back(member)),
    takeOut: (pool, member) => balancer.takeOut(pool, back(member)),
    putBack: (pool, member) => balancer.putBack(pool, back(member)),
    monitor: (pool, words) => balancer.monitor(pool, words),
  };
}
