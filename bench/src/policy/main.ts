import { checkCommand } from '@edge/command-policy';
import { apartCommands, corpus, heldOutCommands, type Labelled } from '@edge/command-policy/testing';
import { type Measured, printFigures } from '../store/figures.js';
import { fuzzPolicy, hostileFigures } from './fuzz.js';
import { judges, scoreboard } from './scoreboard.js';

const rounds = 40;
const usualMutants = 2_000;

/**
 * Benchmark `policy`: how fast verdicts are, and how many are wrong, beside what people use instead.
 * `--mutants 5000`: so many are really run by the oracle. `--fuzz 1000000`: random and hostile inputs instead.
 */
export function benchPolicy(words: string[] = []): Promise<void> {
  const option = (name: string) => (words.includes(name) ? Number(words[words.indexOf(name) + 1] ?? '') : undefined);
  const fuzz = option('--fuzz');
  if (fuzz !== undefined) fuzzPolicy(fuzz, option('--seed'));
  else printFigures('policy', [...speed(corpus.map(({ command }) => command)), ...hostileFigures(), ...wrong('corpus', corpus), ...wrong('held-out (mended since)', heldOutCommands), ...wrong('apart (mended since)', apartCommands), ...scoreboard(option('--mutants') ?? usualMutants, option('--seed'))]);
  return Promise.resolve();
}

function speed(commands: string[]): Measured[] {
  for (const command of commands) checkCommand(command);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const command of commands) {
      const began = performance.now();
      checkCommand(command);
      times.push(performance.now() - began);
    }
  }
  const total = times.reduce((sum, time) => sum + time, 0);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return [
    { name: 'verdicts', value: (times.length / total) * 1_000, unit: '/s', about: 'Verdicts on the corpus' },
    { name: 'p50', value: at(0.5), unit: 'ms', goal: 1, about: 'One verdict, half of them' },
    { name: 'p99', value: at(0.99), unit: 'ms', about: 'One verdict, 99 of 100' },
  ];
}

/** Dangerous commands that may run, and harmless ones that may not. */
function wrong(set: string, commands: readonly Labelled[]): Measured[] {
  return Object.entries(judges).flatMap(([judge, mayRun], index) => {
    const dangerous = commands.filter((one) => one.dangerous);
    const harmless = commands.filter((one) => !one.dangerous);
    const goal = index === 0 ? { goal: 0 } : {};
    return [
      { name: `${set}.${index}.misses`, value: dangerous.filter(({ command }) => mayRun(command)).length, unit: `of ${dangerous.length}`, about: `${set}: dangerous and let through by ${judge}`, ...goal },
      { name: `${set}.${index}.alarms`, value: harmless.filter(({ command }) => !mayRun(command)).length, unit: `of ${harmless.length}`, about: `${set}: harmless and refused by ${judge}`, ...goal },
    ];
  });
}
