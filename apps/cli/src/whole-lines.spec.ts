import { describe, expect, it } from '@jest/globals';
import { type Piece, WholeLines } from './whole-lines.js';

const piece = (offset: number, text: string, more: Partial<Piece> = {}): Piece => ({ offset, end: offset + Buffer.byteLength(text), text, ...more });

describe('WholeLines', () => {
  it('holds a begun line back until its end, for each stream apart', () => {
    const lines = new WholeLines();
    expect([lines.take('a', piece(0, 'one\ntw')), lines.take('b', piece(0, 'x\n')), lines.take('a', piece(6, 'o\n\nthr')), lines.take('a', piece(12, 'ee', { last: true })), lines.take('a', piece(14, '', { last: true }))]).toEqual([['one'], ['x'], ['two', ''], ['three'], []]);
  });

  it.each([1, 2, 3, 7, 25])('says each line once when the stream is told again from its start, in pieces of %i characters', (size) => {
    const told = 'w1 w2\ngrün €5\n🚀 w3\nend';
    const pieces = (upTo: number) => [...told.slice(0, upTo).matchAll(new RegExp(`[^]{1,${size}}`, 'gu'))].map(([text], at, all) => piece(Buffer.byteLength(all.slice(0, at).join('')), text));
    const lines = new WholeLines();
    const said = [piece(0, 'w1 w2\ngr'), ...pieces(11), ...pieces(16), ...pieces(told.length), piece(Buffer.byteLength(told), '', { last: true }), ...pieces(told.length)].flatMap((next) => lines.take('a', next));
    expect(said).toEqual(told.split('\n'));
  });

  it('joins no begun line with what comes behind a gap', () => {
    const lines = new WholeLines();
    expect([lines.take('a', piece(0, 'w1 w2')), lines.take('a', piece(9, 'w4\nw5\n'))]).toEqual([[], ['w1 w2…', 'w4', 'w5']]);
  });

  it('counts the bytes of the stream where they are no characters', () => {
    const lines = new WholeLines();
    expect([lines.take('a', piece(0, 'gr\ufffdn\n', { end: 5 })), lines.take('a', piece(5, 'blau\n')), lines.take('a', piece(0, 'gr\ufffdn\n', { end: 5 }))]).toEqual([['gr\ufffdn'], ['blau'], []]);
  });
});
