import { describe, expect, it } from '@jest/globals';
import { OutputText, type TextPiece } from './output-text.js';

const chunk = (offset: number, bytes: Uint8Array, more: { last?: boolean; stream?: 'stdout' | 'stderr' } = {}) => ({ command: 'c', stream: 'stdout' as const, offset, bytes: Buffer.from(bytes).toString('base64'), ...more });

/** What readers see of the pieces. */
function textOf({ offset, bytes, last }: TextPiece): { offset: number; text: string; last?: true } {
  return { offset, text: bytes.toString(), ...(last ? { last } : {}) };
}

describe('OutputText', () => {
  const told = 'grün €5 🚀 fertig\n';
  const bytes = Buffer.from(told);

  it.each(Array.from({ length: bytes.length - 1 }, (_, index) => index + 1))('tells whole characters when the stream is cut at byte %i', (at) => {
    const text = new OutputText();
    const pieces = [text.take(chunk(0, bytes.subarray(0, at))), text.take(chunk(at, bytes.subarray(at)))].map(textOf);
    expect(pieces.map((piece) => piece.text).join('')).toBe(told);
    expect(pieces[1]!.offset).toBe(Buffer.byteLength(pieces[0]!.text));
  });

  it('tells whole characters when they come byte by byte, and keeps the streams apart', () => {
    const text = new OutputText();
    const both = [...bytes].map((byte, offset) => (['stdout', 'stderr'] as const).map((stream) => textOf(text.take(chunk(offset, Buffer.of(byte), { stream }))).text));
    expect([both.map(([out]) => out).join(''), both.map(([, err]) => err).join('')]).toEqual([told, told]);
  });

  it('tells repeated bytes once', () => {
    const text = new OutputText();
    const pieces = [text.take(chunk(0, bytes.subarray(0, 8))), text.take(chunk(0, bytes.subarray(0, 8))), text.take(chunk(4, bytes.subarray(4)))].map(textOf);
    expect(pieces.map((piece) => piece.text)).toEqual([told.slice(0, 5), '', told.slice(5)]);
  });

  it('holds nothing back that can never become a character, and nothing at the end', () => {
    const text = new OutputText();
    expect(textOf(text.take(chunk(0, Buffer.of(0x80, 0x80, 0x80, 0xff, 0x41)))).text).toBe('����A');
    expect(textOf(text.take(chunk(5, Buffer.of(0xe2, 0x82), { last: true })))).toEqual({ offset: 5, text: '�', last: true });
  });

  it('says that a stream ended in the middle of a line, and only then', () => {
    const text = new OutputText();
    const ended = (told: string) => [text.take(chunk(0, Buffer.from(told))), text.take(chunk(told.length, Buffer.alloc(0), { last: true }))].at(-1)!.last;
    expect([ended('no newline'), ended('a newline\n'), ended('')]).toEqual([true, undefined, undefined]);
  });

  it('takes it that a stream of which nothing was seen may have ended in the middle of a line', () => {
    expect([0, 5].map((offset) => new OutputText().take(chunk(offset, Buffer.alloc(0), { last: true })))).toMatchObject([{ ends: true }, { ends: true, last: true }]);
    expect(new OutputText().take(chunk(0, Buffer.alloc(0), { last: true })).last).toBe(undefined);
  });

  it('begins anew behind a gap', () => {
    const text = new OutputText();
    text.take(chunk(0, Buffer.of(0xe2, 0x82)));
    expect(textOf(text.take(chunk(100, Buffer.from('later'))))).toEqual({ offset: 100, text: 'later' });
  });
});
