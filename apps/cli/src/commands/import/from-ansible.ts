import { type Inventory, readInventory } from './read-inventory.js';
import { hostDocument, nameOf, type Plain, type Target, textOf, type Translated, varsOf } from './translated.js';

const collected = ['all', 'ungrouped'];
const understood = new Set(['ansible_host', 'ansible_ssh_host', 'ansible_port', 'ansible_ssh_port', 'ansible_user', 'ansible_ssh_user', 'zone']);

/** Hosts of an Ansible inventory: groups become pools, variables become vars, a variable `zone` becomes the zone. */
export function fromAnsible(text: string, { space, zone }: Target): Translated {
  const notes: string[] = [];
  const inventory = readInventory(text, notes);
  const left = new Map<string, string[]>();
  const tell = (key: string, host: string) => left.set(key, [...(left.get(key) ?? []), host]);
  const names = [...new Set([...inventory.values()].flatMap(({ hosts }) => [...hosts.keys()]))];
  const documents = names.filter((name) => !isItself(name, inventory, notes)).map((name) => {
    const groups = groupsOf(name, inventory);
    const all = valuesOf(name, groups, inventory);
    for (const key of Object.keys(all)) if (key.startsWith('ansible_') && !understood.has(key)) tell(key, name);
    const port = Number(all.ansible_port ?? all.ansible_ssh_port ?? 22);
    const user = textOf(all.ansible_user ?? all.ansible_ssh_user);
    const address = textOf(all.ansible_host ?? all.ansible_ssh_host);
    return hostDocument({
      name: nameOf(name), address: address ?? name, ...(Number.isInteger(port) ? { port } : {}), ...(user === undefined ? {} : { user }), zone: textOf(all.zone) ?? zone,
      pools: groups.filter((group) => !collected.includes(group)), spaces: [space], vars: varsOf(Object.fromEntries(Object.entries(all).filter(([key]) => key !== 'zone' && !key.startsWith('ansible_'))), (key) => tell(key, name)),
    });
  });
  for (const [key, hosts] of left) notes.push(`${key} (${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}) is not translated: ${adviceFor(key)}`);
  return { documents, notes };
}

/** `localhost` and local connections are the machine that Ansible runs on, no host of a deployment. */
function isItself(name: string, inventory: Inventory, notes: string[]): boolean {
  const vars = valuesOf(name, groupsOf(name, inventory), inventory);
  if (name !== 'localhost' && vars.ansible_connection !== 'local') return false;
  notes.push(`Host ${name} is the machine itself and is left out.`);
  return true;
}

/** The groups of a host with all that hold them, the outermost first. */
function groupsOf(host: string, inventory: Inventory): string[] {
  const found: string[] = [];
  const add = (name: string) => {
    if (found.includes(name)) return;
    found.push(name);
    for (const [outer, { children }] of inventory) if (children.has(name)) add(outer);
  };
  for (const [name, { hosts }] of inventory) if (hosts.has(host)) add(name);
  return found.toSorted((one, other) => depth(one, inventory) - depth(other, inventory));
}

function depth(name: string, inventory: Inventory, seen: readonly string[] = []): number {
  if (collected.includes(name) || seen.includes(name)) return 0;
  return 1 + Math.max(0, ...[...inventory].filter(([, { children }]) => children.has(name)).map(([outer]) => depth(outer, inventory, [...seen, name])));
}

function valuesOf(host: string, groups: string[], inventory: Inventory): Plain {
  const own = groups.map((group) => inventory.get(group)?.hosts.get(host) ?? {});
  return Object.assign({}, inventory.get('all')?.vars, ...groups.map((group) => inventory.get(group)?.vars ?? {}), ...own) as Plain;
}

function adviceFor(key: string): string {
  if (/pass/.test(key)) return 'secrets do not belong into documents; give Edge a key, or EDGE_PASSWORD.';
  if (/private_key|ssh_.*args|common_args/.test(key)) return 'put IdentityFile, ProxyJump and the like into the ssh configuration (~/.ssh/config), Edge reads it.';
  if (/become/.test(key)) return 'say run_as in the project.';
  return 'set it by hand where it is needed.';
}
