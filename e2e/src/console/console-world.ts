import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { demoFolder, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { type Browser, openBrowser } from './browser.js';

export interface ConsoleWorld { readonly edge: EdgeProcess; readonly page: Page; readonly browser: Browser }

/** One Edge that keeps its port when it is started again, and a browser that is signed in to it, for all tests of the block. */
export function withConsole(): ConsoleWorld {
  const world = {} as { data: string; edge: EdgeProcess; browser: Browser; page: Page };
  beforeAll(async () => {
    world.data = await demoFolder();
    world.edge = await new EdgeProcess({ data: world.data, args: ['--demo'], env: { EDGE_PORT: String(await freePort()) } }).start();
    world.browser = await openBrowser();
    world.page = await world.browser.context.newPage();
    await world.page.goto(await printedLink(world.edge));
    await world.page.locator('.who').waitFor();
  }, 120_000);
  afterAll(async () => {
    await world.browser.close();
    await world.edge.end('SIGINT');
    await removeFolder(world.data);
  }, 60_000);
  return world;
}

export async function printedLink(edge: EdgeProcess): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const found = /http:\S+#code=\S+/.exec(edge.output)?.[0];
    if (found) return found;
    await sleep(50);
  }
  throw new Error('No link was printed.');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
