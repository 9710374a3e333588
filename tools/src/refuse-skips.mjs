// In CI nothing is skipped that a required engine could have run. Usage: refuse-skips.mjs <output of npm test>
import { readFileSync } from 'node:fs';
import { root } from './node-24.mjs';

const { engines: required } = JSON.parse(readFileSync(`${root}tools/src/engines/required.json`, 'utf8'));
const skipped = readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line.startsWith('skipped: '));
const refused = skipped.filter((line) => required.some((engine) => new RegExp(`\\b${engine}: `).test(line)));
for (const line of refused) console.error(`a required engine was not used: ${line}`);
process.exitCode = refused.length > 0 ? 1 : 0;
