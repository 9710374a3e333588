import { type DetailDocument, newId } from '@edge/contracts';
import { openSqlite, type SqliteStores } from '@edge/sqlite';
import type { Measured } from './figures.js';
import { perSecond, quantile, timed } from './samples.js';

const APPENDS = 1000;

/** The embedded stores through their ports, threads included. */
export async function measureStore(folder: string): Promise<Measured[]> {
  const stores = await openSqlite({ folder });
  await stores.bus.ensureTopics([{ name: 'bench', partitions: 24, retentionMs: 1e9 }]);
  const figures = [...(await journal(stores)), ...(await documents(stores)), ...(await bus(stores)), ...(await logIndex(stores))];
  await stores.close();
  return figures;
}

const record = (action: string, seq: number) => ({ v: 1 as const, type: 'claim' as const, owner: 'o'.repeat(600), action, seq, at: seq, writer: 'w', prev: 'p'.repeat(64), hash: 'h'.repeat(64) });

async function journal({ journal: store }: SqliteStores): Promise<Measured[]> {
  const samples = await timed(APPENDS, (seq) => store.append(record('one', seq)));
  const together = await perSecond(64 * 100, () => Promise.all(Array.from({ length: 64 }, async (_, writer) => {
    for (let seq = 0; seq < 100; seq += 1) await store.append(record(`many-${writer}`, seq));
  })));
  return [
    { name: 'append_p50', value: quantile(samples, 0.5), unit: 'ms', goal: 1, about: 'journal append, one at a time, durable: median' },
    { name: 'append_p99', value: quantile(samples, 0.99), unit: 'ms', about: 'journal append, one at a time, durable: 99 %' },
    { name: 'appends_per_second', value: together, unit: '/s', goal: 5000, better: 'more', about: 'journal appends, 64 actions at once, durable' },
  ];
}

async function documents({ documents: store }: SqliteStores): Promise<Measured[]> {
  const document = { space: 'hotels', project: 'booking', projection: { status: 'running', ended: false }, hosts: ['a', 'b', 'c'] };
  const samples = await timed(500, (n) => store.write([{ collection: 'actions', id: 'one', document: { ...document, n }, ifVersion: n }]));
  return [{ name: 'cas_p50', value: quantile(samples, 0.5), unit: 'ms', goal: 1, about: 'document compare-and-swap, twelve indexed fields, durable: median' }];
}

async function bus({ bus: store }: SqliteStores): Promise<Measured[]> {
  const value = JSON.stringify({ text: 'x'.repeat(900) });
  const message = (key: number) => ({ topic: 'bench', key: String(key), headers: { ce_id: newId(Date.now()), ce_type: 'bench' }, value });
  const rounds: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    rounds.push(await perSecond(10_000, async () => {
      for (let n = 0; n < 100; n += 1) await store.publish(Array.from({ length: 100 }, (_, at) => message(n * 100 + at)));
    }));
  }
  const published = Math.max(...rounds);
  let heard = 0;
  let arrived: () => void = () => undefined;
  const consumer = { assigned: () => undefined, failed: (cause: Error) => { throw cause; }, deliver: () => { heard += 1; arrived(); } };
  const all = new Promise<void>((resolve) => { arrived = () => { if (heard === 30_000) resolve(); }; });
  let reader: Awaited<ReturnType<typeof store.subscribe>> | undefined;
  const consumed = await perSecond(30_000, async () => {
    reader = await store.subscribe({ topic: 'bench', group: 'bench', from: 'earliest' }, consumer);
    await all;
  });
  const through = await timed(500, async (n) => {
    const next = new Promise<void>((resolve) => { arrived = resolve; });
    await Promise.all([store.publish([message(n)]), next]);
  });
  await reader?.close();
  return [
    { name: 'publish_per_second', value: published, unit: '/s', goal: 20_000, better: 'more', about: 'bus records of 1 KB published in batches of 100, durable, best of three' },
    { name: 'consume_per_second', value: consumed, unit: '/s', goal: 20_000, better: 'more', about: 'bus records of 1 KB read by one group' },
    { name: 'publish_to_delivery_p50', value: quantile(through, 0.5), unit: 'ms', goal: 5, about: 'one record from publish to delivery, durable first: median' },
  ];
}

const LINES = 200_000;

async function logIndex({ logIndex: store }: SqliteStores): Promise<Measured[]> {
  const action = newId(Date.now());
  const line = (n: number): DetailDocument => {
    const command_id = `command-${n % 200}`;
    return {
      id: `${command_id}:stdout:${n * 110}`, command_id, stream: 'stdout', offset: n * 110, correlation_id: action, space: 'hotels', project: 'booking', type: 'deploy', actor: 'user:asha',
      at: new Date(1_700_000_000_000 + n).toISOString(), host: `web-${n % 200}`, step: 'install', newline: true,
      text: `INFO  unpacked file number ${n} of the release into /opt/app/releases/${n % 977}/lib, took ${n % 89} ms`,
    };
  };
  const batches = Array.from({ length: LINES / 1000 }, (_, batch) => Array.from({ length: 1000 }, (_, at) => line(batch * 1000 + at)));
  const indexed = await perSecond(LINES, async () => {
    for (const details of batches) await store.index({ summaries: [], details });
  });
  const page = await timed(100, (n) => store.search({ action, kind: 'detail', host: `web-${n}`, limit: 100 }));
  const words = await timed(100, (n) => store.search({ action, kind: 'detail', q: `release ${n * 991}`, limit: 100 }));
  return [
    { name: 'log_lines_per_second', value: indexed, unit: '/s', goal: 40_000, better: 'more', about: 'log lines indexed in batches of 1,000' },
    { name: 'log_page_p50', value: quantile(page, 0.5), unit: 'ms', goal: 50, about: 'a page of 100 lines of one host among 200,000: median' },
    { name: 'log_search_p50', value: quantile(words, 0.5), unit: 'ms', goal: 50, about: 'a search for two words among 200,000 lines: median' },
  ];
}
