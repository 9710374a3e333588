import { describe, expect, it } from '@jest/globals';
import type { DetailDocument } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { createLogger } from '@edge/nest';
import { LogIndex } from '@edge/ports';
import { MemoryDocuments } from '@edge/testing/world';
import { OutputLines } from './output-lines.js';

/** Lines by id; the first to come stays, as in every index. */
class Shelf extends LogIndex {
  readonly lines = new Map<string, DetailDocument>();
  before: () => Promise<void> = async () => undefined;
  async index({ details }: { details: DetailDocument[] }) {
    await this.before();
    for (const detail of details) if (!this.lines.has(detail.id)) this.lines.set(detail.id, detail);
    return [];
  }
  async search() { return { hits: [] }; }
  async prune() { return undefined; }
  async health() { return { ok: true, detail: '' }; }
  async close() { return undefined; }
}

const log = createLogger({ name: 'spec', level: 'silent' });
const chunk = (offset: number, text: string, last = false): OutputAppended => ({ action: 'a', space: 's', project: 'p', type: 'run', actor: 'x', host: 'h', step: 'run', command: 'c', stream: 'stdout', offset, bytes: Buffer.from(text).toString('base64'), at: '2026-01-01T00:00:00Z', ...(last ? { last } : {}) });
const textOf = (shelf: Shelf) => [...shelf.lines.values()].sort((a, b) => a.offset - b.offset).map(({ text, newline }) => `${text}${newline ? '\n' : ''}`).join('');

describe('OutputLines', () => {
  it('goes on where another shipper has brought a stream, and comes back to it', async () => {
    const [documents, shelf] = [new MemoryDocuments(), new Shelf()];
    const [one, other] = [new OutputLines(shelf, documents, log), new OutputLines(shelf, documents, log)];
    await one.append(chunk(0, 'first\nsec'));
    await other.append(chunk(9, 'ond\nthi'));
    await one.append(chunk(16, 'rd\n'));
    await other.append(chunk(19, 'end', true));
    expect(textOf(shelf)).toBe('first\nsecond\nthird\nend');
  });

  it('stores nothing of a stream that is cut between lines, and goes on with it anywhere', async () => {
    const [documents, shelf] = [new MemoryDocuments(), new Shelf()];
    const [one, other] = [new OutputLines(shelf, documents, log), new OutputLines(shelf, documents, log)];
    await one.append(chunk(0, 'first\n'));
    await other.append(chunk(6, 'second\n'));
    await other.append(chunk(6, 'second\n')); // once more, as after a crash
    await one.append(chunk(13, 'third\n'));
    expect(await documents.find('line-tails', { limit: 10 })).toEqual([]);
    await one.append(chunk(19, 'fou'));
    await other.append(chunk(22, 'rth\n'));
    await new OutputLines(shelf, documents, log).append(chunk(22, 'rth\n')); // its unfinished line is not begun again in the middle
    await one.append(chunk(26, '', true));
    expect(textOf(shelf)).toBe('first\nsecond\nthird\nfourth\n');
  });

  it('gives a slow index no more than it can hold, however much is printed, and streams take turns', async () => {
    const [documents, shelf] = [new MemoryDocuments(), new Shelf()];
    const lines = new OutputLines(shelf, documents, log);
    let [inside, most] = [0, 0];
    shelf.index = async (batch) => {
      inside += batch.details.length;
      most = Math.max(most, inside);
      await new Promise((turn) => setImmediate(turn));
      inside -= batch.details.length;
      return Shelf.prototype.index.call(shelf, batch);
    };
    const text = 'y\n'.repeat(20_000);
    const commands = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'];
    const noise = Promise.all(commands.map((command) => lines.append({ ...chunk(0, text), command }))).then(() => 'noise');
    expect(await Promise.race([noise, lines.append({ ...chunk(0, 'one line\n'), command: 'other' }).then(() => 'other')])).toBe('other');
    expect(await noise).toBe('noise');
    expect(most).toBeLessThanOrEqual(8_000);
    expect(shelf.lines.size).toBe(200_001);
    expect([...shelf.lines.values()].filter(({ command_id: command }) => command === 'c7').map(({ offset }) => offset)).toEqual(Array.from({ length: 20_000 }, (_, at) => at * 2));
  });

  it('lets one that wakes late not put a stream back', async () => {
    const [documents, shelf] = [new MemoryDocuments(), new Shelf()];
    const [late, other] = [new OutputLines(shelf, documents, log), new OutputLines(shelf, documents, log)];
    let wake: () => void = () => undefined;
    shelf.before = () => new Promise((resolve) => { wake = resolve; });
    const asleep = late.append(chunk(0, 'first\nsec'));
    await new Promise((turn) => setImmediate(turn));
    shelf.before = async () => undefined;
    await other.append(chunk(0, 'first\nsec'));
    await other.append(chunk(9, 'ond\nthi'));
    wake();
    await expect(asleep).rejects.toMatchObject({ code: 'unavailable' });
    await late.append(chunk(0, 'first\nsec'));
    await other.append(chunk(16, 'rd\n'));
    expect(textOf(shelf)).toBe('first\nsecond\nthird\n');
  });
});
