import type { ActionPlan, PlannedPool } from '@edge/contracts';
import type { Cli } from './cli.js';
import { exitCodes } from './exit-codes.js';
import { type Format, printData, say, write } from './print.js';

/** A plan for people, or as data; what speaks against it last, and in the exit code. */
export function showPlan(cli: Cli, plan: ActionPlan, format: Format): void {
  if (format === 'table') asText(plan);
  else printData(plan, { format, columns: [], name: 'plan_hash' });
  for (const warning of plan.warnings) say(`warning: ${warning}`);
  for (const { pointer, detail, remedy } of plan.findings) say(`refused: ${pointer ? `${pointer}: ` : ''}${detail}${remedy ? ` ${remedy}` : ''}`);
  if (plan.findings.length > 0) cli.exitWith(exitCodes.usage);
}

function asText({ zones, plan_hash: hash }: ActionPlan): void {
  for (const { zone, pools, stages } of zones) {
    write(`zone ${zone}`);
    for (const pool of pools) write(`  ${capacityOf(pool)}`);
    for (const { stage, share, verdict, batches } of stages) {
      write(`  stage ${stage} (${share} %)${verdict ? ', then waits for a verdict' : ''}`);
      for (const { hosts, steps } of batches) {
        write(`    batch ${hosts.join(' ')}`);
        for (const { step, commands } of steps) for (const { host, text } of commands) write(`      ${step}  ${host}  ${text.replaceAll('\n', '\n          ')}`);
      }
    }
  }
  write(`plan ${hash}`);
}

function capacityOf({ pool, members, serving, must_serve_percent: percent, may_be_out: out, least_serving: least }: PlannedPool): string {
  return `pool ${pool}: ${serving} of ${members} members serve, ${percent} % must; ${out} may be out at once, at least ${least} serve throughout`;
}
