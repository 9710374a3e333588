import { type Finding, type HostDocument, isObject, type Json, type JsonObject, type PlatformDocument, pointerTo, type ResolvedHost, type ResolvedPool } from '@edge/contracts';
import { zoneOfHost } from './zone-of-host.js';

export interface Inventory { zones: string[]; pools: ResolvedPool[]; hosts: ResolvedHost[]; findings: Finding[] }

export interface InventorySources {
  values: JsonObject;
  space: string;
  /** Hosts that may be meant: those of the space, and those that `server_list` names. */
  hosts: HostDocument[];
  zones?: PlatformDocument['zones'];
}

const error = (pointer: string, detail: string, remedy?: string): Finding => ({ pointer, detail, level: 'error', ...(remedy ? { remedy } : {}) });

/** The key that holds the inventory: what `server_info` names, else the one that is there. Undefined: the space's hosts are the inventory. */
export function inventoryKey(values: JsonObject): string | undefined {
  if (typeof values.server_info === 'string') return values.server_info;
  return ['pool_info', 'server_list'].find((key) => values[key] !== undefined);
}

/** Zone, pools and hosts of a project. A host has exactly one zone and is used only from its spaces. */
export function resolveInventory(sources: InventorySources): Inventory {
  const key = inventoryKey(sources.values);
  if (key === undefined) return withHosts(ofSpace(sources));
  const value = sources.values[key];
  if (value === undefined) return empty(error('/server_info', `"server_info" names "${key}", which is not set.`, `Set "${key}" in the project: zone → pools, or zone → hosts.`));
  if (isZoneMap(value, (item) => typeof item === 'string')) return withHosts(fromList(sources, key, value as Record<string, string[]>));
  if (isZoneMap(value, isObject)) return withHosts(fromPools(sources, key, value as Record<string, JsonObject[]>));
  return empty(error(pointerTo(key), `"${key}" is neither zone → hosts nor zone → pools.`, 'For example {"MUM": [{"pool_name": "pool1", "inpool_threshold": 10}]} or {"MUM": ["web-01"]}.'));
}

function empty(...findings: Finding[]): Inventory {
  return { zones: [], pools: [], hosts: [], findings };
}

function withHosts(inventory: Inventory): Inventory {
  if (inventory.hosts.length > 0 || inventory.findings.some(({ level }) => level === 'error')) return inventory;
  return { ...inventory, findings: [...inventory.findings, error('', 'The project has no host.', 'Add hosts to the space, with zone and pools as the project names them.')] };
}

function ofSpace({ space, hosts, zones }: InventorySources): Inventory {
  const found = hosts.filter((host) => host.spaces.includes(space)).map((host) => ({ host, zone: zoneOfHost(host, zones) })).sort((a, b) => (a.host.name < b.host.name ? -1 : 1));
  const zoneless = found.filter(({ zone }) => zone === undefined).map(({ host }): Finding => ({ pointer: '', detail: `Host "${host.name}" has no zone and is left out.`, remedy: 'Give it a zone.', level: 'warning' }));
  const placed = found.flatMap(({ host, zone }) => (zone === undefined ? [] : [{ ...host, zone, pools: host.pools ?? [] }]));
  return { zones: [...new Set(placed.map(({ zone }) => zone))], pools: [], hosts: placed, findings: zoneless };
}

function fromList({ space, hosts, zones }: InventorySources, key: string, list: Record<string, string[]>): Inventory {
  const byName = new Map(hosts.filter((host) => host.spaces.includes(space)).map((host) => [host.name, host]));
  const found: ResolvedHost[] = [];
  const findings: Finding[] = [];
  for (const [zone, names] of Object.entries(list)) {
    for (const [index, name] of names.entries()) {
      const host = byName.get(name);
      const at = pointerTo(key, zone, index);
      if (!host) findings.push(error(at, `There is no host "${name}" that space ${space} may use.`, 'Correct the name, or add the host to the space.'));
      else if ((zoneOfHost(host, zones) ?? zone) !== zone) findings.push(error(at, `Host "${name}" is in zone ${zoneOfHost(host, zones)}, not ${zone}.`, 'A host has exactly one zone.'));
      else if (found.some((other) => other.name === name)) findings.push(error(at, `Host "${name}" is named twice.`));
      else found.push({ ...host, zone, pools: host.pools ?? [] });
    }
  }
  return { zones: Object.keys(list), pools: [], hosts: found, findings };
}

function fromPools({ space, hosts, zones }: InventorySources, key: string, info: Record<string, JsonObject[]>): Inventory {
  const findings: Finding[] = [];
  const usable = hosts.filter((host) => host.spaces.includes(space)).map((host) => ({ ...host, zone: zoneOfHost(host, zones) ?? '', pools: host.pools ?? [] }));
  const pools: ResolvedPool[] = [];
  for (const [zone, entries] of Object.entries(info)) {
    for (const [index, entry] of entries.entries()) {
      const at = pointerTo(key, zone, index);
      const [pool, wrong] = poolOf(zone, entry, at);
      findings.push(...wrong, ...(pool ? placeFindings(pool, { at, before: pools, usable, space }) : []));
      if (pool) pools.push(pool);
    }
  }
  const members = usable.filter((host) => pools.some((pool) => pool.zone === host.zone && host.pools.includes(pool.name)));
  const order = Object.keys(info);
  return { zones: order.filter((zone) => members.some((host) => host.zone === zone)), pools, hosts: members.sort((a, b) => order.indexOf(a.zone) - order.indexOf(b.zone) || (a.name < b.name ? -1 : 1)), findings };
}

/** A pool of no host is a slip of the pen: those that were meant would be left out, and nothing would say so. */
function placeFindings({ zone, name }: ResolvedPool, { at, before, usable, space }: { at: string; before: ResolvedPool[]; usable: ResolvedHost[]; space: string }): Finding[] {
  if (before.some((other) => other.zone === zone && other.name === name)) return [error(`${at}/pool_name`, `Pool ${name} of zone ${zone} is named twice.`, 'Keep one entry, with the threshold that holds.')];
  if (usable.some((host) => host.zone === zone && host.pools.includes(name))) return [];
  return [error(at, `No host of space ${space} names zone ${zone} and pool ${name}.`, 'Correct zone and pool, add the hosts, or take the pool out.')];
}

function poolOf(zone: string, entry: JsonObject, at: string): [ResolvedPool | undefined, Finding[]] {
  const { pool_name: name, inpool_threshold: threshold } = entry;
  if (typeof name !== 'string' || name === '') return [undefined, [error(`${at}/pool_name`, 'The pool has no name.', 'Say "pool_name".')]];
  if (threshold === undefined) return [undefined, [error(`${at}/inpool_threshold`, `Pool ${name} of zone ${zone} does not say how many percent must stay in.`, 'Say "inpool_threshold", from 0 to 100.')]];
  if (typeof threshold !== 'number' || threshold < 0 || threshold > 100) return [undefined, [error(`${at}/inpool_threshold`, `inpool_threshold ${JSON.stringify(threshold)} of pool ${name} in zone ${zone} is no percentage from 0 to 100.`, 'Say how many percent of its members must stay in.')]];
  return [{ zone, name, inpool_threshold: threshold }, []];
}

function isZoneMap(value: Json, isItem: (item: Json) => boolean): boolean {
  return isObject(value) && Object.values(value).every((items) => Array.isArray(items) && items.every(isItem));
}
