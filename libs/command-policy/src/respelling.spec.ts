import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCommand } from './check-command.js';
import { apartCommands, corpus, heldOutCommands, type Labelled, respellings } from './testing/index.js';

/** Respelling is about meaning: what is refused for its spelling, and what hands on the words of the shell around it, is left out. */
const isMeant = ({ command, dangerous }: Labelled) => !dangerous || (!/\$[0-9@*]|\$\{[0-9@*]/.test(command) && !/^(?:parse-error|unicode-hidden|too-complex)$/.test(checkCommand(command).rule) && /^[\u0000-\u007F\n]*$/.test(command));
const chain = fc.array(fc.constantFrom(...respellings), { minLength: 1, maxLength: 3 });
const respelt = (command: string, by: ((text: string) => string)[]) => by.reduce((text, respell) => respell(text), command);

describe.each([['the corpus', corpus, 2_000], ['commands written apart', [...heldOutCommands, ...apartCommands], 4_000]])('respelling %s', (_name, list, numRuns) => {
  const commands = (dangerous: boolean) => fc.constantFrom(...list.filter((one) => one.dangerous === dangerous && isMeant(one)).map(({ command }) => command));

  it('never makes a dangerous command allowed', () => {
    fc.assert(fc.property(commands(true), chain, (command, by) => { expect([respelt(command, by), checkCommand(respelt(command, by)).verdict]).not.toEqual([expect.anything(), 'allow']); }), { numRuns, seed: 8 });
  });

  it('never makes a harmless command refused', () => {
    fc.assert(fc.property(commands(false), chain, (command, by) => { expect([respelt(command, by), checkCommand(respelt(command, by)).verdict]).toEqual([expect.anything(), 'allow']); }), { numRuns, seed: 9 });
  });
});
