import { type ActionStatus, type ActionView, type EndSummary, type HostResult } from '@edge/contracts';
import type { Turn } from '@edge/ports';

/** How an action ends, and why, from what its journal proves. Completed means that every host provably succeeded; nothing else does. */
export function verdictOf(view: ActionView, end: Turn['end'], cancelled: string | undefined): { status: ActionStatus; summary: EndSummary } {
  const unconfirmed = ({ result }: { result?: HostResult }) => result?.outcome === 'lost' || result?.cause === 'cancel-unconfirmed';
  const unconfirmedHosts = view.hosts.filter(({ commands }) => commands.some(unconfirmed)).map((host) => host.host);
  const common = { rolledBack: view.rolled_back, unconfirmedHosts };
  if (cancelled !== undefined) return { status: 'cancelled', summary: { ...common, reason: [cancelled, ...worst(view)].join('; ') } };
  if (end && !end.ok) return { status: 'failed', summary: { ...common, reason: end.error.message, error: end.error } };
  const others = view.hosts.filter((host) => host.state !== 'succeeded');
  if (others.length === 0) return { status: 'completed', summary: { ...common, reason: 'Every host succeeded.' } };
  const first = others.find((host) => host.state === 'failed') ?? others[0]!;
  const reason = `${view.hosts.length - others.length} of ${view.hosts.length} hosts succeeded; ${first.host}: ${first.why ?? first.state}`;
  return { status: 'failed', summary: { ...common, reason } };
}

/** What a cancelled action leaves behind. */
function worst({ hosts }: ActionView): string[] {
  const [first, ...others] = hosts.filter((host) => host.state === 'failed');
  if (!first) return [];
  return [`${first.host}: ${first.why ?? first.state}${others.length > 0 ? ` (and ${others.length} more)` : ''}`];
}
