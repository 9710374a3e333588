import { cpus, loadavg } from 'node:os';

/** One measured value. `goal` absent: for comparison only. `better` says on which side of the goal it must lie. */
export interface Measured { name: string; value: number; unit: string; goal?: number; better?: 'less' | 'more'; about: string }

const met = ({ value, goal, better = 'less' }: Measured): boolean | undefined => (goal === undefined ? undefined : better === 'less' ? value <= goal : value >= goal);
const round = (value: number): number => Number(value.toPrecision(4));

/** Prints a table, the machine's facts, and as last line the JSON that programs read. */
export function printFigures(bench: string, measured: Measured[]): void {
  for (const one of measured) {
    const goal = one.goal === undefined ? '' : `goal ${one.better === 'more' ? '≥' : '≤'} ${one.goal} ${met(one) ? 'met' : 'MISSED'}`;
    console.log(`${one.about.padEnd(68)} ${String(round(one.value)).padStart(10)} ${one.unit.padEnd(10)} ${goal}`);
  }
  console.log(`\nNode ${process.versions.node}, SQLite ${process.versions.sqlite}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
  const figures = Object.fromEntries(measured.map((one) => [one.name, { value: round(one.value), unit: one.unit, goal: one.goal ?? null, met: met(one) ?? null }]));
  console.log(JSON.stringify({ bench, figures }));
}
