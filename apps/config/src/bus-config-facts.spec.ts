import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@edge/nest';
import type { Bus, BusRecord } from '@edge/ports';
import { BusConfigFacts } from './bus-config-facts.js';

const fact = { kind: 'Project' as const, id: 'project/demo/shop', version: 2, by: 'user:asha', at: '2026-11-26T10:00:00Z', space: 'demo', project: 'shop', pointers: ['/config/stop_command'], deleted: false };
const log = createLogger({ name: 'spec', level: 'silent' });

describe('BusConfigFacts', () => {
  it('does not keep waiting who made a change while the bus is away, and tells it later', async () => {
    const taken: BusRecord[] = [];
    let back: () => void = () => undefined;
    const away = new Promise<void>((resolve) => { back = resolve; });
    const bus = { publish: (records: BusRecord[]) => away.then(() => void taken.push(...records)) } as Bus;
    await new BusConfigFacts(bus, log).changed([fact]);
    expect(taken).toEqual([]);
    back();
    await away;
    await new Promise(setImmediate);
    expect(taken.map(({ topic, key }) => [topic, key])).toEqual([['edge.events', 'project/demo/shop']]);
  });

  it('lets a change stand that the bus refuses', async () => {
    const bus = { publish: () => Promise.reject(new Error('The broker is full.')) } as unknown as Bus;
    await expect(new BusConfigFacts(bus, log).changed([fact])).resolves.toBeUndefined();
  });
});
