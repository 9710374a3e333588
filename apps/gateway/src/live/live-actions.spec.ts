import { describe, expect, it } from '@jest/globals';
import { newId } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { Readiness } from '@edge/nest';
import { LiveActions } from './live-actions.js';

const chunk = (action: string) => ({ action, host: 'web-01', step: 'start', command: 'c', stream: 'stdout', offset: 0, bytes: Buffer.from('line\n').toString('base64') }) as OutputAppended;

describe('LiveActions', () => {
  it('knows that it lacks output of an action that began before it read the bus, also when more comes before anybody asks', () => {
    const readiness = new Readiness();
    const before = newId(Date.now() - 10_000);
    readiness.reads();
    const live = new LiveActions(readiness);
    const later = newId(Date.now() + 10_000);
    for (const action of [before, later]) live.output(chunk(action), 7n);
    expect([before, later].map((action) => live.ring(action).after(undefined).gap)).toEqual([true, false]);
    expect(live.ring(before).after(6n).gap).toBe(false);
  });

  it('lacks everything as long as it does not read the bus', () => {
    expect(new LiveActions(new Readiness()).ring(newId(Date.now())).after(undefined).gap).toBe(true);
  });
});
