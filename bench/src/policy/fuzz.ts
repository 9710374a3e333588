import { checkCommand } from '@edge/command-policy';
import { anyText, hostileInputs, randomFrom } from '@edge/command-policy/testing';
import { type Measured, printFigures } from '../store/figures.js';

/** A pause of the machine is not the input's fault: a slow input is asked again, and the fastest answer counts. */
const slowMs = 50;
const askAgain = 12;
const suspiciousMs = 10;

/** `npm run bench -- policy --fuzz 1000000`: random inputs, none of which may crash the policy, leave its bounds or take long. */
export function fuzzPolicy(inputs: number, seed = 1): void {
  const random = randomFrom(seed);
  const verdicts = { allow: 0, approve: 0, deny: 0 };
  const wrong: string[] = [];
  let slowest = 0;
  const began = performance.now();
  for (let count = 0; count < inputs; count += 1) {
    const text = anyText(random);
    const answer = timed(text, wrong);
    if (!answer) continue;
    verdicts[answer.verdict] += 1;
    slowest = Math.max(slowest, answer.ms > suspiciousMs ? fastest(text) : answer.ms);
    if (count % 100_000 === 99_999) console.error(`${count + 1} inputs after ${Math.round((performance.now() - began) / 1_000)} s, slowest ${slowest.toFixed(1)} ms`);
  }
  for (const line of wrong.slice(0, 20)) console.log(line);
  printFigures('policy-fuzz', [
    { name: 'inputs', value: inputs, unit: '', about: 'Random inputs' },
    { name: 'wrong', value: wrong.length, unit: '', goal: 0, about: 'Crashed, or answered with a place outside of the text' },
    { name: 'slowest', value: slowest, unit: 'ms', goal: slowMs, about: 'The slowest answer' },
    ...Object.entries(verdicts).map(([verdict, value]) => ({ name: verdict, value, unit: '', about: `Answered with ${verdict}` })),
    ...hostileFigures(),
  ]);
}

function timed(text: string, wrong: string[]): { verdict: 'allow' | 'approve' | 'deny'; ms: number } | undefined {
  const began = performance.now();
  try {
    const { verdict, span } = checkCommand(text);
    const ms = performance.now() - began;
    if (!(span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length)) wrong.push(`a place outside of ${JSON.stringify(text)}: ${span.join('-')}`);
    return { verdict, ms };
  } catch (error) {
    wrong.push(`${error instanceof Error ? error.message : String(error)} for ${JSON.stringify(text)}`);
    return undefined;
  }
}

function fastest(text: string): number {
  let best = Infinity;
  for (let round = 0; round < askAgain; round += 1) {
    const began = performance.now();
    checkCommand(text);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

/** 64 KiB of everything that could make a parser or a walker slow. */
export function hostileFigures(): Measured[] {
  for (const text of Object.values(hostileInputs)) checkCommand(text);
  const times = Object.entries(hostileInputs).map(([name, text]) => ({ name, ms: fastest(text) })).sort((a, b) => b.ms - a.ms);
  const [worst] = times;
  const longer = checkCommand(`echo ${'a'.repeat(65_536)}`);
  return [
    { name: 'hostile.worst', value: worst?.ms ?? 0, unit: 'ms', goal: slowMs, about: `64 KiB of hostile input, the worst of ${times.length} kinds: ${worst?.name ?? ''}` },
    { name: 'longer.refused', value: longer.verdict === 'deny' && longer.rule === 'too-long' ? 1 : 0, unit: 'of 1', goal: 1, better: 'more', about: 'Longer than 64 KiB and refused' },
  ];
}
