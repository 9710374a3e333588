import { describe, expect, it } from '@jest/globals';
import { hash } from 'node:crypto';
import type { ActionDocument, JournalBody, JournalRecord } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { commandId } from '@edge/engine';
import type { LogIndex } from '@edge/ports';
import type { EventStream } from './event-stream.js';
import { Follower } from './follower.js';
import { OutputRing } from './output-ring.js';
import { StoredOutput } from './stored-output.js';
import { decodePosition, streamStart } from './stream-position.js';

const document = { id: 'a', space: 's', project: 'p', type: 'run', actor: { name: 'ann' }, snapshot: { hosts: [] } } as unknown as ActionDocument;
const key = 'exec/web-01/1';

function journalOf(...bodies: unknown[]): JournalRecord[] {
  return bodies.map((body, seq) => ({ ...(body as JournalBody), v: 1, action: 'a', seq, at: 0, writer: '', prev: '', hash: '' }));
}

const running = { type: 'status', to: 'running' };
const wrote = (stdout: number, text = '') => ({ type: 'result', items: [{ key, host: { outcome: 'exited', cause: 'exit', code: 0, bytes: { stdout, stderr: 0 }, digest: { stdout: hash('sha256', text), stderr: '' } } }] });
const end = { type: 'end', status: 'completed', summary: { reason: '', rolledBack: 'none', unconfirmedHosts: [] } };

/** A ring with this output of one command, from these bytes on; one that is not whole came later. */
function ringOf(whole: boolean, ...texts: [offset: number, text: string][]): OutputRing {
  const ring = new OutputRing(whole);
  for (const [at, [offset, text]] of texts.entries()) ring.push({ position: BigInt(at + (whole ? 10 : 20)), chunk: { command: commandId('a', key, 1), stream: 'stdout', offset, bytes: Buffer.from(text).toString('base64') } as OutputAppended });
  return ring;
}

/** A log index that holds this of one command. */
function stored(text = ''): StoredOutput {
  const lines = text.split('\n').slice(0, -1);
  const hits = lines.map((line, at) => ({ document: { text: line, newline: true, offset: lines.slice(0, at).join('\n').length + Math.sign(at) } }));
  return new StoredOutput({ search: async () => ({ hits }) } as unknown as LogIndex, 'a');
}

/** What a reader is told, who comes with this id: texts, and the other events by name. */
async function toldTo(last: string | undefined, { ring, journal, index = stored() }: { ring: OutputRing; journal: JournalRecord[]; index?: StoredOutput }): Promise<{ told: string[]; id: string | undefined }> {
  const told: string[] = [];
  let id = last;
  const stream = { send: async (event: string, data: { text?: string }, at: string) => { told.push(data.text ?? event); id = at; } } as unknown as EventStream;
  const reader = new Follower(document, stream, { from: decodePosition('a', last) ?? streamStart, journal, stored: index });
  await reader.begin(ring);
  await reader.tellOutput(ring);
  await reader.tell(journal.filter(({ seq, type }) => seq >= reader.seq && type !== 'end'));
  await reader.tellStored();
  await reader.tell(journal.filter(({ type }) => type === 'end'));
  return { told, id };
}

const status = 'edge.action.status-changed.v1';

describe('Follower', () => {
  it('goes on where the reader was when the process before has shipped the same output', async () => {
    const { told, id } = await toldTo(undefined, { ring: ringOf(true, [0, 'one\n']), journal: journalOf(running) });
    const again = await toldTo(id, { ring: ringOf(false, [0, 'one\nt'], [5, 'wo\n']), journal: journalOf(running, wrote(8), end) });
    expect([told, again.told]).toEqual([['one\n', status], ['t', 'wo\n', status]]);
    expect((await toldTo(again.id, { ring: ringOf(false, [0, 'one\n']), journal: journalOf(running, wrote(8), end) })).told).toEqual([]);
  });

  it('says before the end that output went by which the result speaks of', async () => {
    const { id } = await toldTo(undefined, { ring: ringOf(true, [0, 'one\n']), journal: journalOf(running) });
    expect((await toldTo(id, { ring: ringOf(false), journal: journalOf(running, wrote(8), end) })).told).toEqual(['resync', status]);
  });

  it('tells from the log index what was shipped while the reader was away, once the index holds all of it', async () => {
    const { id } = await toldTo(undefined, { ring: ringOf(true, [0, 'one\n']), journal: journalOf(running) });
    const away = { ring: ringOf(false), journal: journalOf(running, wrote(14, 'one\ntwo\nthree\n'), end) };
    expect((await toldTo(id, { ...away, index: stored('one\ntwo\nthree\n') })).told).toEqual(['two\nthree\n', status]);
    expect((await toldTo(id, { ...away, index: stored('one\ntwo\n') })).told).toEqual(['resync', status]);
  });

  it('says once, and before the piece, that pieces went by', async () => {
    const { id } = await toldTo(undefined, { ring: ringOf(true, [0, 'one\n']), journal: journalOf(running) });
    expect((await toldTo(id, { ring: ringOf(false, [8, 'three\n'], [14, 'four\n']), journal: journalOf(running) })).told).toEqual(['resync', 'three\n', 'four\n']);
  });

  it('says once to who comes for the first time that there was more before', async () => {
    const { told } = await toldTo(undefined, { ring: ringOf(false, [4, 'two\n']), journal: journalOf(running, wrote(8)) });
    expect(told).toEqual(['resync', 'two\n', status]);
  });

  it('says to who brings an id of an older Edge that there may be more, and none less', async () => {
    expect((await toldTo('a.0.0.9', { ring: ringOf(false, [0, 'one\n']), journal: journalOf(running) })).told).toEqual(['resync', 'one\n']);
  });
});
