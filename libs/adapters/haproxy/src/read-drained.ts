/** Administrative bits of a server: drained by itself, or by inheritance. */
const drainBits = 0x08 | 0x10;

/** Names of the servers in the answer of `show servers state <backend>` that are drained: `show stat` tells it only of those that are up. */
export function readDrained(text: string): Set<string> {
  const lines = text.split('\n').map((line) => line.split(' '));
  const head = lines.find(([first]) => first === '#')?.slice(1) ?? [];
  const [name, admin] = [head.indexOf('srv_name'), head.indexOf('srv_admin_state')];
  return new Set(lines.filter((cells) => cells.length >= head.length && cells[0] !== '#' && (Number(cells[admin]) & drainBits) !== 0).map((cells) => cells[name]!));
}
