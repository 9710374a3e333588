import { describe, expect, it } from '@jest/globals';
import { Clock, type BusRecord, type HostKeyChange, type OfferedKey } from '@edge/ports';
import { MemoryBus, MemoryDocuments } from '@edge/testing/world';
import { HostKeyChanges } from './host-key-changes.js';
import { PendingKeys } from './pending-keys.js';

class SetClock extends Clock {
  time = Date.parse('2026-11-25T12:00:00Z');
  now(): number {
    return this.time;
  }
  at(): () => void {
    throw new Error('Nothing here waits.');
  }
}

const key = (name: string): OfferedKey => ({ type: 'ssh-ed25519', key: `ssh-ed25519 ${name}`, fingerprint: `SHA256:${name}` });
const change = (offered: string, known: string[] = ['first'], host = 'web1'): HostKeyChange => ({ host, offered: key(offered), known: known.map(key) });

function setUp() {
  const clock = new SetClock();
  const pending = new PendingKeys(new MemoryDocuments());
  const told: BusRecord[] = [];
  let broken = false;
  class Told extends MemoryBus {
    override async publish(records: BusRecord[]): Promise<void> {
      if (broken) throw new Error('The bus is away.');
      told.push(...records);
    }
  }
  const bus = new Told();
  const process = () => new HostKeyChanges(pending, bus, clock);
  return { clock, pending, told, process, breakBus: (is: boolean) => { broken = is; } };
}

describe('changed host keys', () => {
  it('are told once, however often and by however many they are seen', async () => {
    const { pending, told, process } = setUp();
    await Promise.all(Array.from({ length: 8 }, () => process().changed(change('second'))));
    for (let turn = 0; turn < 3; turn += 1) await process().changed(change('second'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ topic: 'edge.events', key: 'web1', headers: { ce_type: 'edge.host-key.changed.v1' } });
    expect(JSON.parse(told[0]!.value)).toMatchObject({ data: { host: 'web1', offered: { fingerprint: 'SHA256:second' }, known: [{ fingerprint: 'SHA256:first' }] } });
    expect(await pending.of('web1')).toMatchObject({ state: 'pending', offered: key('second'), known: [key('first')], told: true });
  });

  it('are told each: another key, another host, or the same again after a decision', async () => {
    const { clock, pending, told, process } = setUp();
    await process().changed(change('second'));
    await process().changed(change('third'));
    await process().changed(change('second', ['first'], 'web2'));
    await pending.settle('web1');
    clock.time += 1;
    await process().changed(change('third'));
    expect(told).toHaveLength(4);
    expect(new Set(told.map(({ headers }) => headers['ce_id'])).size).toBe(4);
    await pending.settle('web1');
    expect(await pending.of('web1')).toBeUndefined();
  });

  it('are told later, as the same event, where the bus was away', async () => {
    const { clock, told, process, breakBus } = setUp();
    breakBus(true);
    await expect(process().changed(change('second'))).rejects.toThrow('away');
    breakBus(false);
    await process().changed(change('second'));
    expect(told).toHaveLength(0); // another process may be about to tell it
    clock.time += 61_000;
    await process().changed(change('second'));
    await process().changed(change('second'));
    expect(told).toHaveLength(1);
  });
});
