// npm run chaos -- --kills N [--seed S]: random SIGKILL and SIGSTOP of a real Edge under overlapping actions on real SSH hosts; then the checker.
import { parseArgs } from 'node:util';
import { checkHistory } from '../checker/check-history.js';
import { demoFolder, demoHosts, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { dice } from './dice.js';
import { killLoop, median } from './kill-loop.js';
import { awaitEnds, observe } from './observe.js';
import { Workload } from './workload.js';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const seed = Number(values.seed);
const throwDice = dice(seed);
const data = await demoFolder();
const edge = await new EdgeProcess({ data, args: ['--demo'] }).start();
console.log(`chaos: seed ${seed}, ${values.kills} kills`);
const workload = new Workload(edge, demoHosts(data).map((host) => host.name), throwDice, { clients: 4, deployShare: 0.1 });
const kills = await killLoop(edge, throwDice, { kills: Number(values.kills) });
await workload.stop();
await awaitEnds(edge, workload.acknowledged, 600_000);
const history = await observe(edge, data, workload.acknowledged);
const violations = checkHistory(history);
for (const violation of violations) console.log(`violation: ${violation.rule}: action ${violation.action}: ${violation.detail}`);
await edge.end('SIGINT');
if (violations.length === 0) await removeFolder(data);
else console.log(`data kept in ${data}`);
console.log(JSON.stringify({ kills: kills.kills, stops: kills.stops, seed, actions: workload.acknowledged.length, violations: violations.length, mutations: 0, resumed_ms_median: Math.round(median(kills.resumedMs)) }));
process.exitCode = violations.length === 0 ? 0 : 1;
