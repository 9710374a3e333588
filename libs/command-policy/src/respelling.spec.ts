import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCommand } from './check-command.js';
import { respellings } from './testing/respellings.js';

interface Labelled { command: string; expect: 'deny' | 'allow' }

const corpus: Labelled[] = JSON.parse(readFileSync(fileURLToPath(new URL('../corpus/commands.json', import.meta.url)), 'utf8'));
/** Respelling is about meaning: what is refused for its spelling is left out. */
const dangerous = corpus.filter(({ command, expect: label }) => label === 'deny' && checkCommand(command).rule !== 'parse-error' && /^[\u0000-\u007F\n]*$/.test(command)).map(({ command }) => command);
const harmless = corpus.filter(({ expect: label }) => label === 'allow').map(({ command }) => command);
const chain = fc.array(fc.constantFrom(...respellings), { minLength: 1, maxLength: 3 });
const respelt = (command: string, by: ((text: string) => string)[]) => by.reduce((text, respell) => respell(text), command);

describe('respelling', () => {
  it('never makes a dangerous command allowed', () => {
    fc.assert(fc.property(fc.constantFrom(...dangerous), chain, (command, by) => { expect([respelt(command, by), checkCommand(respelt(command, by)).verdict]).not.toEqual([expect.anything(), 'allow']); }), { numRuns: 3_000, seed: 8 });
  });

  it('never makes a harmless command refused', () => {
    fc.assert(fc.property(fc.constantFrom(...harmless), chain, (command, by) => { expect([respelt(command, by), checkCommand(respelt(command, by)).verdict]).toEqual([expect.anything(), 'allow']); }), { numRuns: 2_000, seed: 9 });
  });
});
