import { openSqlite } from '@edge/sqlite';
import { dispatchThrough } from './dispatch-through.js';
import type { Measured } from './figures.js';

/** The dispatcher over the embedded bus. */
export async function measureDispatcher(folder: string): Promise<Measured[]> {
  const stores = await openSqlite({ folder });
  const measured = await dispatchThrough(stores.bus);
  await stores.close();
  return measured;
}
