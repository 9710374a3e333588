import { readFileSync, writeFileSync } from 'node:fs';
import { generatedParts, renewed } from './generated.js';

// Renews the generated parts of the docs: node tools/src/run-bundled.mjs e2e/src/cli/docs/write-docs.ts
for (const [file, parts] of Object.entries(generatedParts())) writeFileSync(file, renewed(readFileSync(file, 'utf8'), parts));
