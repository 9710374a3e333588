import type { ActionDocument, LoadBalancerCall } from '@edge/contracts';
import type { Documents, LoadBalancer, Member, MemberRef } from '@edge/ports';
import type { CallScope } from './call-scope.js';

type Change = Exclude<LoadBalancerCall, { op: 'members' }>;
type Refused = { done: false; pool: string; serving: number; keep: number };

/** Who is out of a pool, or about to be: written down before the load balancer is told, by compare-and-swap, so that several programs never take a pool below its floor together. */
interface Places { taken: Place[] }
interface Place extends MemberRef { action: string }

const tries = 30;

/** Writes down that the member goes out of all its pools, or answers which pool cannot spare it. */
export async function takePlaces(scope: CallScope, balancer: LoadBalancer, { host, port, pools }: Extract<Change, { op: 'drain' }>): Promise<Refused | undefined> {
  const member: MemberRef = { host, ...(port === undefined ? {} : { port }) };
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const books = await Promise.all(pools.map((pool) => bookOf(scope, pool)));
    for (const [n, pool] of pools.entries()) {
      const taken = await alive(scope, books[n]!.taken);
      books[n]!.taken = [...taken.filter((place) => !isSame(place, member)), { ...member, action: scope.action.id }];
      const serving = servingWithout(besides(await balancer.members(pool), taken.filter((place) => !isSame(place, member))), member);
      if (serving.after < pool.keep && serving.after < serving.now) return { done: false, pool: pool.name, serving: serving.now, keep: pool.keep };
    }
    const raced = await scope.documents.write(books.map(({ id, version, taken }) => ({ collection: 'capacity', id, document: { taken } satisfies Places, ifVersion: version })));
    if (!raced) return undefined;
  }
  throw new Error(`The pools of ${host} are changed by too many at once.`);
}

/** The member serves again. */
export async function givePlacesBack(scope: CallScope, { host, port, pools }: Change): Promise<void> {
  const member: MemberRef = { host, ...(port === undefined ? {} : { port }) };
  for (const pool of pools) {
    for (let attempt = 0; ; attempt += 1) {
      const { id, version, taken } = await bookOf(scope, pool);
      const rest = taken.filter((place) => !isSame(place, member));
      if (rest.length === taken.length || !(await scope.documents.write([{ collection: 'capacity', id, document: { taken: rest } satisfies Places, ifVersion: version }]))) break;
      if (attempt === tries) throw new Error(`Pool ${pool.name} is changed by too many at once.`);
    }
  }
}

async function bookOf({ documents, action }: CallScope, { zone, name }: { zone: string; name: string }): Promise<{ id: string; version: number; taken: Place[] }> {
  const id = `${action.snapshot.loadBalancer!.name}/${zone}/${name}`;
  const stored = await documents.get<Places>('capacity', id);
  return { id, version: stored?.version ?? 0, taken: stored?.document.taken ?? [] };
}

/** What an ended action left out is out as the load balancer says, or somebody has put it back since. */
async function alive({ documents, action }: CallScope, taken: Place[]): Promise<Place[]> {
  const open = new Map<string, boolean>();
  for (const { action: id } of taken) if (!open.has(id)) open.set(id, id === action.id || (await isOpen(documents, id)));
  return taken.filter((place) => open.get(place.action));
}

async function isOpen(documents: Documents, id: string): Promise<boolean> {
  const stored = await documents.get<ActionDocument>('actions', id);
  return stored !== undefined && !stored.document.projection.ended;
}

const isSame = (one: MemberRef, other: MemberRef): boolean => one.host === other.host && one.port === other.port;
const covers = (place: MemberRef, member: Member): boolean => place.host === member.host && (place.port === undefined || place.port === member.port);

/** Members whose place nobody has taken. */
function besides(members: readonly Member[], taken: readonly Place[]): Member[] {
  const hosts = new Set(taken.map(({ host }) => host));
  return members.filter((one) => !hosts.has(one.host) || !taken.some((place) => covers(place, one)));
}

/** Hosts that serve now, and how many would without this one. A host serves when one of its servers does. */
function servingWithout(members: readonly Member[], member: MemberRef): { now: number; after: number } {
  const serving = members.filter(({ state, healthy }) => state === 'in' && healthy);
  const now = new Set(serving.map(({ host }) => host)).size;
  const mine = serving.filter(({ host }) => host === member.host);
  const goes = mine.length > 0 && mine.every((one) => covers(member, one));
  return { now, after: goes ? now - 1 : now };
}
