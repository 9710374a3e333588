import { describe, expect, it } from '@jest/globals';
import type { HostResult, JournalRecord } from '@edge/contracts';
import { commandId } from '@edge/engine';
import type { OutputPiece } from './output-ring.js';
import { SentOutput } from './sent-output.js';
import { mostStreams, type SentStreams } from './stream-position.js';

const key = 'exec/web-01/1';
const command = commandId('a', key, 1);
const now = 1_000;

const piece = (offset: number, text: string, more: Partial<OutputPiece> = {}) => ({ command, stream: 'stdout', offset, bytes: Buffer.from(text), ...more }) as OutputPiece;
const result = (stdout: number, more: Partial<HostResult> = {}, of = key) => ({ type: 'result', items: [{ key: of, host: { outcome: 'exited', cause: 'exit', code: 0, bytes: { stdout, stderr: 0 }, ...more } }] }) as unknown as JournalRecord;
const nothing: SentStreams = new Map();

/** The same reader, come back to a process that knows only what stands in the id and in the journal. */
function comeBack(sent: SentOutput, passed: JournalRecord[] = []): SentOutput {
  const again = new SentOutput('a', sent.position());
  for (const record of passed) again.pass(record, { now, before: true });
  again.doubt(now);
  return again;
}

const told = (sent: SentOutput, ...pieces: OutputPiece[]) => pieces.map((each) => ({ lacks: sent.lacksBefore(each), text: sent.take(each, now)?.text }));

describe('SentOutput', () => {
  it('tells the rest of a stream that is shipped again from its start', () => {
    const first = new SentOutput('a', nothing);
    told(first, piece(0, 'w1 '), piece(3, 'grün '));
    const again = comeBack(first);
    expect(again.owes(now)).toBe(true);
    expect(told(again, piece(0, 'w1 gr'), piece(5, 'ün w3 '), piece(12, 'w4\n'))).toEqual([{ lacks: false, text: undefined }, { lacks: false, text: 'w3 ' }, { lacks: false, text: 'w4\n' }]);
    expect(again.owes(now)).toBe(false);
  });

  it('says where the text ends, also where bytes are no characters', () => {
    const sent = new SentOutput('a', nothing);
    const latin1 = Buffer.from('grün\n', 'latin1');
    sent.take({ ...piece(0, ''), bytes: latin1.subarray(0, 3) }, now);
    expect(sent.take({ ...piece(0, ''), bytes: latin1 }, now)).toMatchObject({ offset: 3, end: 5, text: 'n\n' });
  });

  it('lacks only what lies between what was sent and what comes', () => {
    const first = new SentOutput('a', nothing);
    told(first, piece(0, 'one\n'));
    expect([told(comeBack(first), piece(4, 'two\n')), told(comeBack(first), piece(8, 'three\n')), told(new SentOutput('a', nothing), piece(4, 'two\n'))].map(([only]) => only!.lacks)).toEqual([false, true, true]);
  });

  it.each(['before', 'after'])('tells nothing again of a command whose streams ended %s its result', (order) => {
    const sent = new SentOutput('a', nothing);
    const pass = () => sent.pass(result(4), { now });
    if (order === 'after') pass();
    told(sent, piece(0, 'one\n'), piece(4, '', { ends: true }));
    if (order === 'before') pass();
    expect([sent.position()!.size, sent.owes(now)]).toEqual([0, false]);
    for (const reader of [sent, comeBack(sent, [result(4)])]) expect(told(reader, piece(0, 'one\n'), piece(4, '', { ends: true }))).toEqual([{ lacks: false, text: undefined }, { lacks: false, text: undefined }]);
  });

  it('awaits output that comes later than the result that speaks of it, also on another connection', () => {
    const sent = new SentOutput('a', nothing);
    sent.pass(result(4), { now });
    const again = comeBack(sent, [result(4)]);
    expect([sent, again].map((reader) => [reader.owes(now), reader.owes(now - 1)])).toEqual([[true, false], [true, false]]);
    expect(told(again, piece(0, 'one\n'))).toEqual([{ lacks: false, text: 'one\n' }]);
  });

  it('owes nothing of a command that wrote nothing, that never ran, or of which all was sent', () => {
    const sent = new SentOutput('a', nothing);
    sent.pass(result(0), { now });
    sent.pass(result(0, { outcome: 'not-started', cause: 'unreachable', bytes: undefined } as unknown as HostResult, 'exec/web-02/1'), { now });
    const whole = new SentOutput('a', nothing);
    told(whole, piece(0, 'one\n'));
    whole.pass(result(4), { now });
    expect([sent.owes(now), whole.owes(now)]).toEqual([false, false]);
  });

  it('follows a step that is tried again from command to command', () => {
    const sent = new SentOutput('a', nothing);
    const attempt = (number: number, text: string) => piece(0, text, { command: commandId('a', key, number) });
    told(sent, attempt(1, 'lost'));
    sent.pass(result(4, { outcome: 'lost', cause: 'connection-lost' }, `${key}@1`), { now });
    told(sent, attempt(2, 'done\n'));
    const journal = [result(4, {}, `${key}@1`), result(5)];
    sent.pass(journal[1]!, { now });
    expect(told(comeBack(sent, journal), attempt(1, 'lost'), attempt(2, 'done\n')).map(({ text }) => text)).toEqual([undefined, undefined]);
  });

  it('does not speak twice of what the reader was told to look up, and tells once what comes late', () => {
    const sent = new SentOutput('a', nothing);
    sent.pass(result(8), { now });
    sent.excuse();
    expect([sent.owes(now), sent.position()!.size]).toEqual([false, 0]);
    expect(told(sent, piece(4, 'two\n'), piece(0, 'one\ntwo\n'))).toEqual([{ lacks: false, text: 'two\n' }, { lacks: false, text: undefined }]);
  });

  it('says nothing of too many streams, and lets a reader of whom nothing is known go on anywhere', () => {
    const sent = new SentOutput('a', nothing);
    for (let at = 0; at <= mostStreams; at += 1) sent.take(piece(0, 'x', { command: commandId('a', `exec/h/${at}`, 1) }), now);
    expect(sent.position()).toBe(undefined);
    expect(told(comeBack(sent), piece(7, 'on\n'), piece(10, 'and on\n'), piece(7, 'on\nand on\n'))).toEqual([{ lacks: false, text: 'on\n' }, { lacks: false, text: 'and on\n' }, { lacks: false, text: undefined }]);
  });
});
