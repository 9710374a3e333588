/** Where a program can die: before or after each kind of exchange with the world. Every one of them must have been met. */
const orchestrator = [
  'append claim', 'append status', 'append schedule', 'append result', 'append signal', 'append end', 'publish commands', 'publish events', 'commit', 'write locks', 'write actions', 'write versions', 'write capacity',
  'read journal', 'read documents', 'read bundle', 'call http', 'call load-balancer',
];
const gateway = ['write actions+idempotency+locks', 'publish actions', 'write actions', 'read documents', 'read journal'];

export interface CrashPoint { program: 'orchestrator' | 'gateway'; point: string }

const bothSides = (program: CrashPoint['program'], points: string[]): CrashPoint[] => points.flatMap((point) => ['before', 'after'].map((side) => ({ program, point: `${point} ${side}` })));

export const crashPoints: readonly CrashPoint[] = [...bothSides('orchestrator', orchestrator), ...bothSides('gateway', gateway)];
