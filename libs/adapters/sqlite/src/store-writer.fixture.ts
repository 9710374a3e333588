// Writes into the data directory named by its argument until it is killed; says on standard output what was acknowledged.
import { openSqlite } from '@edge/sqlite';

const [folder = '', round = '0'] = process.argv.slice(2);
try {
  const { bus, journal } = await openSqlite({ folder });
  await bus.ensureTopics([{ name: 'crash', partitions: 3, retentionMs: 1e9 }]);
  console.log(`pid ${process.pid}`);
  const action = `round-${round}`;
  for (let seq = 0; ; seq += 1) {
    const value = `${action}/${seq}`;
    const record = { v: 1 as const, type: 'claim' as const, owner: 'o', action, seq, at: 1, writer: 'w', prev: '', hash: value };
    await Promise.all([journal.append(record), bus.publish([{ topic: 'crash', key: String(seq % 7), headers: {}, value }])]);
    console.log(`acknowledged ${seq}`);
  }
} catch (error) {
  console.log(`refused ${(error as Error).message}`);
  process.exitCode = 1;
}
