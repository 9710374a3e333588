import { runSeed } from './run-seed.js';
const [from = 1, to = 50] = process.argv.slice(2).map(Number);
const start = Date.now();
const ends: Record<string, number> = {};
const faults: Record<string, number> = {};
const rules: Record<string, number[]> = {};
let events = 0;
for (let seed = from; seed <= to; seed += 1) {
  const result = await runSeed(seed, { full: from === to });
  events += result.events;
  for (const [key, n] of Object.entries(result.ends)) ends[key] = (ends[key] ?? 0) + n;
  for (const [key, n] of Object.entries({ ...result.faults, ...result.crashes })) faults[key] = (faults[key] ?? 0) + n;
  for (const { rule } of result.violations) (rules[rule] ??= []).push(seed);
  if (from === to) console.log(result.lines.join('\n'), JSON.stringify(result.violations, null, 1));
}
console.log(JSON.stringify({ ms: Date.now() - start, cpu: process.cpuUsage().user / 1000, events, ends, rules: Object.fromEntries(Object.entries(rules).map(([rule, seeds]) => [rule, `${seeds.length}: ${seeds.slice(0, 8).join(' ')}`])), faults }, null, 1));
process.exit(0);
