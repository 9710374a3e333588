import { readFileSync } from 'node:fs';
import type { CliEnv } from './env.js';

/** The token that the settings give, by itself or in a file. One that is given but cannot be used is an error: without a token the CLI speaks as this machine's administrator. */
export function givenToken({ token, tokenFile }: Pick<CliEnv, 'token' | 'tokenFile'>): string | undefined {
  if (token !== undefined && tokenFile !== undefined) throw new Error('EDGE_TOKEN and EDGE_TOKEN_FILE are both set: set one.');
  if (tokenFile !== undefined) return usable(textOf(tokenFile), `The file of EDGE_TOKEN_FILE, "${tokenFile}",`);
  return token === undefined ? undefined : usable(token, 'EDGE_TOKEN');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`EDGE_TOKEN cannot be read from the file of EDGE_TOKEN_FILE, "${file}": ${(error as NodeJS.ErrnoException).code ?? String(error)}.`, { cause: error });
  }
}

function usable(text: string, name: string): string {
  const token = text.trim();
  if (token === '') throw new Error(`${name} is empty: give it a token, or unset it.`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`${name} holds more than a token.`);
  return token;
}
