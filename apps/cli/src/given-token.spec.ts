import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { givenToken } from './given-token.js';

describe('givenToken', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-token-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (text: string) => {
    writeFileSync(join(folder, 'token'), text);
    return join(folder, 'token');
  };

  it('is none when nothing is given, else what EDGE_TOKEN or the file of EDGE_TOKEN_FILE holds', () => {
    expect([givenToken({}), givenToken({ token: 'abc' }), givenToken({ tokenFile: file('abc\r\n') })]).toEqual([undefined, 'abc', 'abc']);
  });

  it('refuses a token that is given but empty, not there, no token, or given twice', () => {
    expect(() => givenToken({ token: '' })).toThrow('EDGE_TOKEN is empty: give it a token, or unset it.');
    expect(() => givenToken({ token: 'a b' })).toThrow('EDGE_TOKEN holds more than a token.');
    expect(() => givenToken({ tokenFile: file('\n') })).toThrow(/The file of EDGE_TOKEN_FILE, ".*token", is empty/);
    expect(() => givenToken({ tokenFile: '' })).toThrow(/EDGE_TOKEN_FILE, "": ENOENT/);
    expect(() => givenToken({ tokenFile: join(folder, 'none') })).toThrow(/EDGE_TOKEN cannot be read from the file of EDGE_TOKEN_FILE, ".*none": ENOENT/);
    expect(() => givenToken({ token: 'a', tokenFile: file('a') })).toThrow(/both set/);
  });
});
