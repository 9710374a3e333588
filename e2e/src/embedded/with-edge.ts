import { afterAll, beforeAll } from '@jest/globals';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';

export interface RunningEdge { readonly data: string; readonly edge: EdgeProcess }

/** One Edge on a data folder of its own for all tests of the block: started before the first, ended after the last with what it started. */
export function withEdge(...args: string[]): RunningEdge {
  const world: { data: string; edge: EdgeProcess | undefined } = { data: '', edge: undefined };
  beforeAll(async () => {
    world.data = await demoFolder();
    world.edge = await new EdgeProcess({ data: world.data, args }).start();
  }, 120_000);
  afterAll(async () => {
    await world.edge?.end('SIGINT');
    await removeFolder(world.data);
  }, 60_000);
  return {
    get data() {
      return world.data;
    },
    get edge() {
      if (!world.edge) throw new Error('Edge runs only while the tests do.');
      return world.edge;
    },
  };
}
