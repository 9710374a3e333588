import type { HostRow } from './shapes.js';

export interface HostGridProps { hosts: HostRow[]; chosen: string | undefined; onChoose: (host: string | undefined) => void }

/** Every host of the action, by zone; choosing one shows its output alone. */
export function HostGrid({ hosts, chosen, onChoose }: HostGridProps) {
  const zones = [...new Set(hosts.map((row) => row.zone))];
  return (
    <section className="zones" aria-label="Hosts">
      {zones.map((zone) => (
        <div key={zone} className="zone">
          <h2>{zone}</h2>
          <div className="hosts">
            {hosts.filter((row) => row.zone === zone).map((row) => (
              <button key={row.host} type="button" aria-pressed={row.host === chosen} className={`host ${row.state}`} title={row.why ?? `${row.state}${row.version ? ` · ${row.version}` : ''}`} onClick={() => onChoose(row.host === chosen ? undefined : row.host)}>
                <b>{row.host}</b><small>{standing(row)}</small>
              </button>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

/** How much of the action is done, at a glance. */
export function Progress({ hosts }: { hosts: HostRow[] }) {
  const count = (...states: string[]) => hosts.filter(({ state }) => states.includes(state)).length;
  const parts = [['succeeded', count('succeeded')], ['running', count('running')], ['failed', count('failed', 'unconfirmed')]] as const;
  return (
    <div className="progress">
      <div className="bar" role="img" aria-label={`${count('succeeded')} of ${hosts.length} hosts succeeded`}>
        {parts.map(([state, number]) => <i key={state} className={state} style={{ width: `${(number * 100) / Math.max(1, hosts.length)}%` }} />)}
      </div>
      <span className="faint">{count('succeeded')} of {hosts.length} hosts</span>
    </div>
  );
}

/** Where it is, or where it failed: `why` begins with that step's name; later steps may have cleaned up. */
function standing({ state, step, why }: HostRow): string {
  if (state === 'failed') return why?.split(': ')[0] ?? step ?? state;
  return state === 'running' ? (step ?? state) : state;
}
