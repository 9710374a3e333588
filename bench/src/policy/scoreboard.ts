import { checkCommand } from '@edge/command-policy';
import { apartCommands, corpus, type Labelled, randomFrom } from '@edge/command-policy/testing';
import type { Measured } from '../store/figures.js';
import { mutate } from './mutators.js';
import { type Effects, runOracle } from './oracle/run-oracle.js';
import { plainLists } from './plain-lists.js';

export type Judge = (command: string) => boolean;

export const judges: Record<string, Judge> = { 'the command policy': (command) => checkCommand(command).verdict === 'allow', ...plainLists };

interface Mutant { text: string; seed: Labelled; from: 'corpus' | 'apart' }

/**
 * Mutants of dangerous and harmless commands are really run in a throw-away world. Dangerous: it did all that its seed did. Harmless: it did and
 * printed exactly what its seed did. Mutants that do neither say nothing and are left out.
 */
export function scoreboard(mutants: number, seed = 7): Measured[] {
  const random = randomFrom(seed);
  const made = makeMutants(mutants, random);
  const seeds = [...new Map(made.map((mutant) => [mutant.seed.command, mutant.seed])).values()];
  const texts = [...seeds.map(({ command }) => command), ...made.map(({ text }) => text)];
  const answer = runOracle(texts, 60_000 + texts.length * 1_000);
  if (!answer.ran) return [{ name: 'oracle.ran', value: 0, unit: 'of 1', about: `The oracle did not run: ${answer.why}`.slice(0, 120) }];
  const known = new Map(seeds.map(({ command }, index) => [command, answer.effects[index]]));
  const dangerous: Mutant[] = [];
  const harmless: Mutant[] = [];
  made.forEach((mutant, index) => {
    const [own, of] = [answer.effects[seeds.length + index], known.get(mutant.seed.command)];
    if (own === undefined || of === undefined || own.syntax || of.syntax) return;
    if (mutant.seed.dangerous ? doesAll(own, of) : sameAs(own, of)) (mutant.seed.dangerous ? dangerous : harmless).push(mutant);
  });
  return [
    { name: 'oracle.ran', value: made.length, unit: 'mutants', about: `Mutants of ${seeds.length} commands, really run in a throw-away world` },
    ...figuresOf('corpus', dangerous, harmless), ...figuresOf('apart', dangerous, harmless),
  ];
}

function makeMutants(count: number, random: () => number): Mutant[] {
  const made = new Map<string, Mutant>();
  const lists = { corpus: corpus.filter(usable), apart: apartCommands.filter(usable) };
  for (let tries = 0; made.size < count && tries < count * 20; tries += 1) {
    const from = tries % 2 === 0 ? 'corpus' : 'apart';
    const kind = lists[from].filter(({ dangerous }) => dangerous === (tries % 4 < 2));
    const one = kind[Math.floor(random() * kind.length)];
    const text = one && mutate(one.command, random);
    if (one && text !== undefined) made.set(text, { text, seed: one, from });
  }
  return [...made.values()];
}

/** Fork bombs are not run, not even there; what is refused for its spelling has no other spelling, and what hands on words of the shell around it means something else in another. */
const usable = ({ command }: Labelled) => !/^(?:fork-bomb|parse-error|unicode-hidden|too-complex)$/.test(checkCommand(command).rule) && !/\bfork\b|\$[0-9@*]|\$\{[0-9@*]/.test(command);

const doesAll = (own: Effects, seed: Effects) => seed.effects.size > 0 && [...seed.effects].every((effect) => own.effects.has(effect));
const sameAs = (own: Effects, seed: Effects) => own.printed === seed.printed && own.effects.size === seed.effects.size && [...own.effects].every((effect) => seed.effects.has(effect));

const sayings = { corpus: 'of the corpus', apart: 'of commands written apart' };

function figuresOf(from: Mutant['from'], dangerous: Mutant[], harmless: Mutant[]): Measured[] {
  const [bad, good] = [dangerous, harmless].map((list) => list.filter((mutant) => mutant.from === from));
  return Object.entries(judges).flatMap(([judge, mayRun], index) => {
    const misses = (bad ?? []).filter(({ text }) => mayRun(text));
    const alarms = (good ?? []).filter(({ text }) => !mayRun(text));
    if (index === 0) show(misses, alarms);
    const goal = index === 0 ? { goal: 0 } : {};
    return [
      { name: `mutants.${from}.${index}.misses`, value: misses.length, unit: `of ${bad?.length ?? 0}`, about: `Mutants ${sayings[from]}: did harm, let through by ${judge}`, ...goal },
      { name: `mutants.${from}.${index}.alarms`, value: alarms.length, unit: `of ${good?.length ?? 0}`, about: `Mutants ${sayings[from]}: harmless, refused by ${judge}`, ...goal },
    ];
  });
}

function show(misses: Mutant[], alarms: Mutant[]): void {
  for (const { text } of misses.slice(0, 40)) console.error(`let through: ${JSON.stringify(text)}`);
  for (const { text } of alarms.slice(0, 40)) console.error(`refused: ${JSON.stringify(text)} (${checkCommand(text).rule}: ${checkCommand(text).detail})`);
}
