import { expect, it } from '@jest/globals';
import { freePort, freePorts } from './free-ports.js';

it('never gives a port twice while others are left, though nothing listens on it yet', async () => {
  const given = await freePorts(200);
  for (let n = 0; n < 100; n++) given.push(await freePort());
  expect(new Set(given).size).toBe(300);
});
