import { expect, it } from '@jest/globals';
import { type DetailDocument, newId, type SummaryDocument } from '@edge/contracts';
import type { LogHit, LogIndex, LogQuery } from '@edge/ports';
import { eventually } from './eventually.js';
import { type ContractOptions, contractSuite, type Factory, freshName } from './suite.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function line(action: string, over: Partial<DetailDocument> = {}): DetailDocument {
  const { command_id = `${action}-c1`, stream = 'stdout', offset = 0 } = over;
  return {
    correlation_id: action, space: 'hotels', project: 'booking', type: 'deploy', actor: 'user:asha', at: at(1), host: 'web-01', step: 'start', text: 'ready', newline: true,
    ...over, id: `${command_id}:${stream}:${offset}`, command_id, stream, offset,
  };
}

function summary(action: string, over: Partial<SummaryDocument> = {}): SummaryDocument {
  const { host = 'web-01', step = 'start' } = over;
  return { correlation_id: action, space: 'hotels', project: 'booking', type: 'deploy', actor: 'user:asha', at: at(1), version: 1, status: 'running', level: 'info', ...over, id: `${action}:${host}:${step}`, host, step };
}

/** What every log index promises; it may show what it took a moment later. */
export function logIndexContract(name: string, make: Factory<LogIndex>, options: ContractOptions = {}): void {
  contractSuite(`LogIndex: ${name}`, make, { options, tests: (index) => { contents(index); searching(index); } });
}

interface Look { query: LogQuery; count: number }

/** The hits, once there are as many as expected. */
async function hits(index: LogIndex, { query, count }: Look): Promise<LogHit[]> {
  return eventually(async () => {
    const found = await index.search(query);
    return found.hits.length === count && found.hits;
  }, `${count} hits of ${JSON.stringify(query)}`);
}

const documents = (found: LogHit[]): unknown[] => found.map((hit) => hit.document);

function contents(index: () => LogIndex): void {
  it('sorts lines by time, command and offset', async () => {
    const action = newId(Date.now());
    const [a, b] = [`${action}-a`, `${action}-b`];
    const sorted = [
      line(action, { at: at(1), command_id: b, offset: 9 }), line(action, { at: at(2), command_id: a, offset: 0 }), line(action, { at: at(2), command_id: a, offset: 10 }),
      line(action, { at: at(2), command_id: b, offset: 2 }), line(action, { at: at(3), command_id: a, offset: 100 }),
    ];
    expect(await index().index({ summaries: [], details: [3, 1, 4, 0, 2].map((place) => sorted[place]).filter((one) => one !== undefined) })).toEqual([]);
    expect(documents(await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 5 }))).toEqual(sorted);
  });

  it('changes nothing when a line comes again', async () => {
    const action = newId(Date.now());
    const details = [line(action), line(action, { offset: 6, text: 'second' })];
    await index().index({ summaries: [], details });
    expect(await index().index({ summaries: [], details: [...details, line(action, { offset: 13, at: at(2) })] })).toEqual([]);
    expect(await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 3 })).toHaveLength(3);
  });

  it('gives back every field of a line', async () => {
    const action = newId(Date.now());
    const odd = line(action, { text: 'a\uFFFD\t"✓"', raw: 'YYAJ', newline: false });
    await index().index({ summaries: [], details: [odd] });
    expect(documents(await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 1 }))).toEqual([odd]);
  });

  it('keeps the newest version of a summary, in whatever order they come', async () => {
    const action = newId(Date.now());
    const versions = [1, 2, 3].map((version) => summary(action, { version, message: `version ${version}` }));
    for (const place of [1, 0, 2, 1]) await index().index({ summaries: versions.slice(place, place + 1), details: [] });
    const look = async () => (await index().search({ action, kind: 'summary', limit: 10 })).hits.map((hit) => (hit.document as SummaryDocument).version)[0] === 3;
    await eventually(look, 'version 3');
    expect(documents(await hits(index(), { query: { action, kind: 'summary', limit: 10 }, count: 1 }))).toEqual([versions[2]]);
  });

  it('names the documents that it can never take, and takes the others', async () => {
    const action = newId(Date.now());
    const broken = line(action, { offset: 50, at: 'yesterday' });
    const refused = await index().index({ summaries: [], details: [line(action), broken, line(action, { offset: 99 })] });
    expect(refused).toEqual([{ id: broken.id, reason: expect.any(String) }]);
    expect(await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 2 })).toHaveLength(2);
  });

  it('takes thousands of lines at once', async () => {
    const action = newId(Date.now());
    const details = Array.from({ length: 4000 }, (_, n) => line(action, { offset: n * 10, text: `line ${n}` }));
    expect(await index().index({ summaries: [], details })).toEqual([]);
    const [last] = await hits(index(), { query: { action, kind: 'detail', q: '3999', limit: 10 }, count: 1 });
    expect(last?.document).toEqual(details[3999]);
  });

  it('drops what belongs to actions before a time', async () => {
    const [old, young] = [newId(Date.UTC(2020, 0, 1)), newId(Date.UTC(2020, 0, 1) + 400 * 86_400_000)];
    for (const action of [old, young]) await index().index({ summaries: [summary(action)], details: [line(action)] });
    for (const action of [old, young]) await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 1 });
    await index().prune(Date.UTC(2020, 8, 1));
    for (const kind of ['detail', 'summary'] as const) {
      expect(await hits(index(), { query: { action: old, kind, limit: 10 }, count: 0 })).toEqual([]);
      expect(await hits(index(), { query: { action: young, kind, limit: 10 }, count: 1 })).toHaveLength(1);
    }
  });

  it('says that it is well', async () => {
    expect(await index().health()).toEqual({ ok: true, detail: expect.any(String) });
  });
}

function searching(index: () => LogIndex): void {
  it('finds lines in which all words occur, without regard to case, and marks them', async () => {
    const action = newId(Date.now());
    await index().index({ summaries: [], details: [
      line(action, { offset: 0, text: 'Connection TIMEOUT after 30 s' }), line(action, { offset: 40, text: 'timeout of the connection pool' }), line(action, { offset: 80, text: 'timeout elsewhere' }),
    ] });
    const found = await hits(index(), { query: { action, kind: 'detail', q: 'timeout connection', limit: 10 }, count: 2 });
    expect(found.map((hit) => hit.highlight)).toEqual(['\u{E000}Connection\u{E001} \u{E000}TIMEOUT\u{E001} after 30 s', '\u{E000}timeout\u{E001} of the \u{E000}connection\u{E001} pool']);
  });

  it('finds nothing for words that do not occur, and takes any text as words', async () => {
    const action = newId(Date.now());
    await index().index({ summaries: [], details: [line(action, { text: 'plain words' })] });
    await hits(index(), { query: { action, kind: 'detail', q: 'plain', limit: 10 }, count: 1 });
    for (const q of ['absent', '"plain', 'plain AND (', 'NEAR(plain words', 'text:absent', '* -', '\\']) expect(Array.isArray((await index().search({ action, kind: 'detail', q, limit: 10 })).hits)).toBe(true);
    expect((await index().search({ action, kind: 'detail', q: 'absent plain', limit: 10 })).hits).toEqual([]);
  });

  it('finds words in the messages of summaries', async () => {
    const action = newId(Date.now());
    await index().index({ summaries: [summary(action, { message: 'Draining, 12 sessions left' }), summary(action, { host: 'web-02', message: 'Started' })], details: [] });
    const found = await hits(index(), { query: { action, kind: 'summary', q: 'sessions', limit: 10 }, count: 1 });
    expect(found[0]?.highlight).toBe('Draining, 12 \u{E000}sessions\u{E001} left');
  });

  it('filters by host, step, command, stream, level and visible spaces', async () => {
    const action = newId(Date.now());
    const space = freshName('space');
    const lines = [line(action, { space, command_id: `${action}-x` }), line(action, { space, command_id: `${action}-y`, host: 'web-02', step: 'stop', stream: 'stderr' })];
    const summaries = [summary(action, { space }), summary(action, { space, host: 'web-02', step: 'stop', level: 'error', at: at(2) })];
    await index().index({ summaries, details: lines });
    await hits(index(), { query: { action, kind: 'detail', limit: 10 }, count: 2 });
    const detail: Partial<LogQuery>[] = [{ host: 'web-02' }, { step: 'stop' }, { command: `${action}-y` }, { stream: 'stderr' }];
    for (const filter of detail) expect(documents(await hits(index(), { query: { action, kind: 'detail', limit: 10, ...filter }, count: 1 }))).toEqual([lines[1]]);
    for (const filter of [{ level: 'error' }, { host: 'web-02' }, { step: 'stop' }] as const) expect(documents(await hits(index(), { query: { action, kind: 'summary', limit: 10, ...filter }, count: 1 }))).toEqual([summaries[1]]);
    expect(await hits(index(), { query: { action, spaces: ['elsewhere'], kind: 'detail', limit: 10 }, count: 0 })).toEqual([]);
    expect(documents(await hits(index(), { query: { spaces: [space], kind: 'detail', limit: 10 }, count: 2 }))).toEqual(lines);
  });

  it('pages without gap or repeat, equal times included, forth and back', async () => {
    const action = newId(Date.now());
    const details = Array.from({ length: 25 }, (_, n) => line(action, { at: at(Math.floor(n / 10)), offset: n * 7, text: `page ${n}` }));
    const summaries = Array.from({ length: 7 }, (_, n) => summary(action, { host: `web-${n}` }));
    await index().index({ summaries, details });
    await hits(index(), { query: { action, kind: 'detail', limit: 100 }, count: 25 });
    await hits(index(), { query: { action, kind: 'summary', limit: 100 }, count: 7 });
    expect(await pages(index(), { action, kind: 'detail', limit: 4 })).toEqual(details);
    expect(await pages(index(), { action, kind: 'detail', q: 'page', limit: 5 })).toEqual(details);
    expect(await pages(index(), { action, kind: 'summary', limit: 3 })).toEqual(summaries);
    expect(await pages(index(), { action, kind: 'detail', newest: true, limit: 4 })).toEqual(details.toReversed());
    expect(await pages(index(), { action, kind: 'summary', newest: true, limit: 3 })).toEqual(summaries.toReversed());
    expect((await index().search({ action, kind: 'detail', newest: true, limit: 4 })).total).toBe(25);
    expect((await index().search({ action, kind: 'detail', newest: true, host: 'web-none', limit: 4 })).total).toBe(0);
  });
}

async function pages(index: LogIndex, query: LogQuery): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await index.search({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...documents(page.hits));
    cursor = page.cursor;
    if (cursor === undefined || page.hits.length === 0) return seen;
  }
}
