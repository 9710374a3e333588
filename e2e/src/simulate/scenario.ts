import type { StartRequest } from '@edge/contracts';
import { Dice } from '@edge/testing/world';
import { crashPoints } from './crash-points.js';
import { pooledScripts, type ScriptName, scriptNames } from './scripts.js';
import type { Unkindness } from './world/link.js';

/** A request of a client: when, by whom, what; several clients may send the same under one key. */
export interface PlannedStart { at: number; request: StartRequest; script: ScriptName; copies: number }
export interface PlannedSignal { at: number; /** The n-th action that is known then. */ action: number; name: 'cancel' | 'pause' | 'resume' | 'approve' | 'reject'; copies: number }

export interface Scenario {
  seed: number;
  dice: Dice;
  hosts: number;
  starts: PlannedStart[];
  signals: PlannedSignal[];
  unkindness: Omit<Unkindness, 'target'>;
  target: { program: 'orchestrator' | 'gateway'; point: string; n: number } | undefined;
  odds: { fail: number; lose: number };
  forget: number;
  unanswered: number;
  /** Results are handled side by side, not one after the other. */
  spread: boolean;
  /** Edition 2 of the scripts is put in place then. */
  upgradeAt: number | undefined;
  freeze: { from: number; to: number } | undefined;
  forgeries: number[];
}

const kind = { crash: 0, pause: 0, refuse: 0, loseAnswer: 0, late: 0 };

/** What a seed stands for. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed * 2_654_435_761 + 17);
  const unkind = dice.chance(0.9);
  const rate = () => (dice.chance(0.6) ? dice.pick([0.002, 0.01, 0.03]) : 0);
  const target = unkind ? { ...crashPoints[seed % crashPoints.length]!, n: dice.pick([1, 1, 1, 1, 1, 1, 2, 2, 3, 4]) } : undefined;
  const starts = Array.from({ length: dice.between(1, 3) }, (_, n) => plannedStart(n, dice));
  const shared = starts.find(({ script }) => isPooled(script));
  if (shared && dice.chance(0.6)) starts.push(atTheSameTime(shared, starts.length, dice));
  const signals = Array.from({ length: dice.between(0, 4) }, () => plannedSignal(dice));
  if (target?.point.startsWith('append signal')) signals.push({ ...plannedSignal(dice), name: 'pause' }, { ...plannedSignal(dice), name: 'cancel' });
  if (target?.point.startsWith('call http')) starts.push(of('steps', starts.length, dice));
  if (target && /^(call load-balancer|write capacity)/.test(target.point)) starts.push(of('pooled', starts.length, dice));
  return {
    seed, hosts: 4, starts, unkindness: { ...kind, until: 0, ...(unkind ? { until: dice.between(30_000, 600_000), crash: rate() / 2, pause: rate(), refuse: rate(), loseAnswer: rate(), late: rate() } : {}) },
    target, signals,
    odds: dice.chance(0.4) ? { fail: 0, lose: 0 } : { fail: dice.pick([0, 0.1, 0.3]), lose: dice.pick([0, 0.1, 0.3]) }, forget: dice.chance(0.5) ? 0.02 : 0, unanswered: dice.pick([1, 2, 500]), spread: dice.chance(0.7),
    upgradeAt: dice.chance(0.5) ? dice.between(0, 60_000) : undefined, freeze: dice.chance(0.1) ? { from: dice.between(1, 5_000), to: dice.between(20_000, 60_000) } : undefined,
    forgeries: dice.chance(0.2) ? [dice.between(1_000, 100_000)] : [], dice: dice.fork(),
  };
}

const isPooled = (script: ScriptName): boolean => pooledScripts.some((name) => name === script);
const names = ['cancel', 'cancel', 'pause', 'pause', 'resume', 'approve', 'reject'] as const;

function plannedSignal(dice: Dice): PlannedSignal {
  return { at: dice.between(0, 180_000), action: dice.between(0, 2), name: dice.pick(names), copies: dice.chance(0.3) ? 2 : 1 };
}

function plannedStart(n: number, dice: Dice): PlannedStart {
  return of(dice.chance(0.08) ? 'treacherous' : dice.pick(scriptNames.filter((name) => name !== 'treacherous')), n, dice);
}

/** The other project of the same pool, asked for in the same moment. */
function atTheSameTime({ at, request: { project } }: PlannedStart, n: number, dice: Dice): PlannedStart {
  const start = of('pooled', n, dice);
  return { ...start, at: at + dice.between(0, 5), request: { ...start.request, countdown: 0, project: project.startsWith('one') ? 'two-pooled' : 'one-pooled' } };
}

function of(script: ScriptName, n: number, dice: Dice): PlannedStart {
  const project = dice.chance(0.5) ? 'one' : 'two';
  return {
    at: dice.between(0, dice.chance(0.5) ? 200 : 40_000), script, copies: dice.chance(0.3) ? 2 : 1,
    request: {
      space: 'sim', project: `${project}-${script}`, type: 'deploy', version: `v${n}`, config: { label: `a${n}` }, countdown: dice.pick([0, 0, 3, 10]), allow_duplicate: true, idempotencyKey: `key-${n}`,
      on_busy: dice.pick(['queue', 'queue', 'queue', 'reject', 'supersede', 'cancel-and-run'] as const), reason: 'Because.', ...(dice.chance(0.1) ? { start_within: '30s' } : {}),
      ...(dice.chance(0.5) && !isPooled(script) ? { servers: project === 'one' ? ['h1', 'h2'] : ['h3'] } : {}),
    },
  };
}
