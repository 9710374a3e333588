import { describe, expect, it } from '@jest/globals';
import { Output } from './output.js';
import { byteLength, type OutputPiece, type StoredLine } from './output-row.js';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const piece = (offset: number, text: string, over: Partial<OutputPiece> = {}): OutputPiece => ({ at: at(1), host: 'web-01', step: 'start', command: 'c1', stream: 'stdout', offset, text, ...over });
const stored = (offset: number, text: string, over: Partial<StoredLine> = {}): StoredLine => ({ at: at(1), host: 'web-01', step: 'start', command_id: 'c1', stream: 'stdout', offset, text, newline: true, ...over });

/** What is shown, a missing part as `…` before its line. */
const texts = (output: Output, complete = true) => output.shown({ complete }).lines.map(({ text, gap }) => `${gap ? '…' : ''}${text}`);

function outputOf({ room = 100, live = [] }: { room?: number; live?: OutputPiece[] } = {}): Output {
  const output = new Output(room);
  for (const one of live) output.takeLive(one);
  return output;
}

/** A text in pieces of some size, which may cut lines. */
function piecesOf(text: string, size: number): OutputPiece[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => piece(index * size, text.slice(index * size, (index + 1) * size)));
}

describe('Output', () => {
  it('puts lines together however they were cut', () => {
    const text = 'one\n\ntwo three\nfour';
    for (let size = 1; size <= text.length; size++) expect(texts(outputOf({ live: piecesOf(text, size) }))).toEqual(['one', '', 'two three', 'four']);
  });

  it('keeps streams and commands apart, sorted as the index sorts', () => {
    const live = [piece(0, 'a'), piece(0, 'x', { stream: 'stderr' }), piece(1, 'b\n'), piece(1, 'y\n', { stream: 'stderr' }), piece(0, 'other\n', { command: 'c2' })];
    expect(texts(outputOf({ live }))).toEqual(['xy', 'ab', 'other']);
  });

  it('shows what comes again once, wherever the repeat is cut', () => {
    const text = 'first ✓\nsecond\nthird';
    for (let cut = 1; cut < text.length; cut++) {
      const again = [piece(0, text.slice(0, cut)), piece(byteLength(text.slice(0, cut)), `${text.slice(cut)} goes on\n`)];
      expect(texts(outputOf({ live: [piece(0, text), ...again] }))).toEqual(['first ✓', 'second', 'third goes on']);
    }
  });

  it('goes on after broken bytes, each of which is told as three', () => {
    expect(texts(outputOf({ live: [piece(0, 'a\uFFFDb'), piece(3, 'c\n'), piece(5, 'd\n')] }))).toEqual(['a\uFFFDbc', 'd']);
  });

  it('says where something is missing, until the log index has it', () => {
    const output = outputOf({ live: [piece(0, 'one\n'), piece(10, 'ree\nfour\n')] });
    expect(texts(output)).toEqual(['one', '…ree', 'four']);
    output.takeStored([stored(4, 'two'), stored(8, 'three')]);
    expect(texts(output)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('sorts older lines of the index before newer ones of the stream', () => {
    const output = outputOf({ live: [piece(8, 'three\nfo', { at: at(3) }), piece(0, 'x\n', { at: at(2), command: 'c2' })] });
    output.takeStored([stored(4, 'two'), stored(0, 'one')]);
    output.takeLive(piece(16, 'ur', { at: at(4) }));
    expect(texts(output)).toEqual(['one', 'two', 'x', 'three', 'four']);
  });

  it('does not show again live what the index had first', () => {
    const output = outputOf();
    output.takeStored([stored(0, 'one'), stored(4, 'two')]);
    for (const one of [piece(0, 'one\ntw'), piece(6, 'o\nthr'), piece(11, 'ee\n')]) output.takeLive(one);
    expect(texts(output)).toEqual(['one', 'two', 'three']);
  });

  it('takes the bytes of a line from the index that is no UTF-8', () => {
    const output = outputOf();
    output.takeStored([stored(0, '\uFFFD', { raw: '/w==' }), stored(2, 'next')]);
    expect(texts(output)).toEqual(['\uFFFD', 'next']);
  });

  it('shows the newest lines that there is room for, and counts the others until they are read again', () => {
    const lines = Array.from({ length: 10 }, (_, index) => `line ${index}`);
    const output = outputOf({ room: 4, live: piecesOf(lines.map((line) => `${line}\n`).join(''), 9) });
    expect([texts(output), output.shown({ complete: true }).cut]).toEqual([lines.slice(6), 6]);
    output.widen(3);
    output.takeStored(lines.map((line, index) => stored(index * 7, line)).slice(3));
    expect([texts(output), output.shown({ complete: true }).cut]).toEqual([lines.slice(3), 3]);
  });
});
