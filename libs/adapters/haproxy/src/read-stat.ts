import type { Member } from '@edge/ports';

export interface Server extends Member { backend: string; server: string }

/** Servers in the answer of `show stat <backend> 4 -1`: CSV with its columns in the first line, which grow from version to version. */
export function readStat(csv: string, hostOf: (server: { name: string; address: string }) => string): Server[] {
  const [head, ...lines] = csv.split('\n');
  const columns = (head ?? '').replace(/^# /, '').split(',');
  return lines.filter((line) => line.trim() !== '').map((line) => {
    const cells = line.split(',');
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
    const { address, port } = splitAddress(cell('addr'));
    return {
      backend: cell('pxname'), server: cell('svname'), host: hostOf({ name: cell('svname'), address }), ...(port === undefined ? {} : { port }),
      ...stateOf(cell('status')), sessions: Number(cell('scur')) + Number(cell('qcur') || 0),
    };
  });
}

/** `MAINT`, `MAINT (via …)`, `DRAIN`, `NOLB`, `UP`, `UP 1/3`, `DOWN`, `no check` … */
function stateOf(status: string): Pick<Member, 'state' | 'healthy'> {
  if (status.startsWith('MAINT')) return { state: 'out', healthy: true };
  if (status.startsWith('DRAIN') || status.startsWith('NOLB')) return { state: 'draining', healthy: true };
  return { state: 'in', healthy: status.startsWith('UP') || status === 'no check' };
}

function splitAddress(text: string): { address: string; port?: number } {
  const found = /^(.*):(\d+)$/.exec(text);
  return found ? { address: found[1]!.replace(/^\[|\]$/g, ''), port: Number(found[2]) } : { address: text };
}
