import { parse } from 'yaml';
import { isPlain, type Plain, plain } from './translated.js';

export interface InventoryGroup { hosts: Map<string, Plain>; vars: Plain; children: Set<string> }
export type Inventory = Map<string, InventoryGroup>;

/** An Ansible inventory, INI or YAML, as groups by name; unreadable lines are told. */
export function readInventory(text: string, notes: string[]): Inventory {
  const inventory: Inventory = new Map();
  if (/^\s*(---|[A-Za-z_][\w.-]*:\s*$)/m.test(text) && !/^\s*\[[^\]]+\]\s*$/m.test(text)) fromYaml(inventory, parse(text));
  else fromIni(inventory, text, notes);
  return inventory;
}

function group(inventory: Inventory, name: string): InventoryGroup {
  const found = inventory.get(name) ?? { hosts: new Map<string, Plain>(), vars: {}, children: new Set<string>() };
  inventory.set(name, found);
  return found;
}

function addHosts({ hosts }: InventoryGroup, pattern: string, vars: Plain): void {
  for (const name of namesOf(pattern)) hosts.set(name, { ...hosts.get(name), ...vars });
}

function fromYaml(inventory: Inventory, value: unknown): void {
  for (const [name, body] of Object.entries(plain(value))) {
    const found = group(inventory, name);
    for (const [host, vars] of Object.entries(plain(plain(body).hosts))) addHosts(found, host, plain(vars));
    Object.assign(found.vars, plain(plain(body).vars));
    for (const child of Object.keys(plain(plain(body).children))) found.children.add(child);
    if (isPlain(plain(body).children)) fromYaml(inventory, plain(body).children);
  }
}

function fromIni(inventory: Inventory, text: string, notes: string[]): void {
  let [name, part] = ['ungrouped', 'hosts'];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/^\s*[#;].*$|\s+#.*$/, '').trim();
    const section = /^\[([^\]:]+)(?::(\w+))?\]$/.exec(line);
    if (section) [name, part] = [section[1]!, section[2] ?? 'hosts'];
    if (section || line === '') {
      if (section) group(inventory, name);
      continue;
    }
    const found = group(inventory, name);
    if (part === 'children') found.children.add(line);
    else if (part === 'vars') Object.assign(found.vars, assignments(line.replace(/\s*=\s*/, '=')));
    else if (part === 'hosts') addHosts(found, line.split(/\s+/)[0]!, assignments(line.slice(line.split(/\s+/)[0]!.length)));
    else notes.push(`Line ${index + 1}: a section of the kind "${part}" is not known.`);
  }
}

function assignments(text: string): Plain {
  const found = text.matchAll(/([\w.-]+)=("[^"]*"|'[^']*'|\S+)/g);
  return Object.fromEntries([...found].map(([, key, value]) => [key!, valueOf(value!)]));
}

function valueOf(text: string): string | number | boolean {
  const bare = text.replace(/^(["'])(.*)\1$/, '$2');
  if (bare !== text) return bare;
  if (/^(true|false)$/i.test(bare)) return bare.toLowerCase() === 'true';
  return /^(0|[1-9]\d*)$/.test(bare) ? Number(bare) : bare;
}

/** `web[01:03]` and `db-[a:c]` stand for many. */
function namesOf(pattern: string): string[] {
  const range = /^(.*?)\[(\w+):(\w+)(?::(\d+))?\](.*)$/.exec(pattern);
  if (!range) return [pattern];
  const [, before, from, to, step = '1', after] = range;
  return rangeOf(from!, to!, Number(step)).flatMap((one) => namesOf(`${before}${one}${after}`));
}

function rangeOf(from: string, to: string, step: number): string[] {
  const isNumber = /^\d+$/.test(from);
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const count = Math.min(10_000, Math.max(0, Math.floor((last - first) / step) + 1));
  return Array.from({ length: count }, (_, n) => (isNumber ? String(first + n * step).padStart(from.length, '0') : String.fromCharCode(first + n * step)));
}
