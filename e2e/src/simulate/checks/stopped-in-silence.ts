import type { ActionDocument, ActionView } from '@edge/contracts';
import type { SimulatedWorld } from '../world/simulated-world.js';

/** Whatever became of an action, cancelled or failed: a host whose application it stopped and did not start is said to be down, in doubt, or failed by that very step; and none is started that is not whole. */
export function stoppedInSilence({ watch }: SimulatedWorld, { id }: ActionDocument, view: ActionView): void {
  const down = new Set<string>();
  const half = new Set<string>();
  for (const { job: { payload, truth, result } } of watch.launches) {
    if (payload.action !== id) continue;
    const killed = result?.outcome === 'cancelled';
    if (payload.step === 'stop' && (truth === 'done' || killed)) down.add(payload.host.name);
    if (payload.step === 'swap') half[truth === 'done' && !killed ? 'delete' : 'add'](payload.host.name);
    if (payload.step === 'start again' && half.has(payload.host.name)) watch.violated('only what is whole is started', `${payload.host.name} of ${id}`);
    if (payload.step.startsWith('start') && truth === 'done' && !killed) down.delete(payload.host.name);
  }
  for (const { host, state, why = '' } of view.hosts) {
    const told = state === 'unconfirmed' || (state === 'failed' && /is down|is not known whether|^(stop|start): /.test(why));
    if (down.has(host) && !told) watch.violated('nothing is stopped in silence', `${host} of ${id} was stopped and not started, and is said to be ${state}: ${why}`);
  }
}
