import { describe, expect, it } from '@jest/globals';
import { IsDateString, IsString } from 'class-validator';
import fc from 'fast-check';
import { ActionRequested, CancelCommand, checkMessage, CommandFinished, CommandsRunning, DeadLetter, OutputAppended, RunCommand, RunCommandPayload, SignalSent, StepStarted } from './index.js';
import { thoroughCheck } from './check-message.js';
import type { MessageClass } from './message.js';
import { quickCheck } from './quick-check.js';

const signed = { payload: '{}', kid: 'k', signature: 's' };
const inOrder: [MessageClass, Record<string, unknown>][] = [
  [ActionRequested, { action: 'a' }],
  [RunCommand, { signed, grant: signed }],
  [CancelCommand, { signed }],
  [CommandFinished, { action: 'a', command: 'c', signed }],
  [CommandsRunning, { action: 'a', executor: 'e', commands: ['c', 'd'], at: 1 }],
  [SignalSent, { action: 'a', signed }],
  [OutputAppended, { action: 'a', space: 's', project: 'p', type: 't', actor: 'b', host: 'h', step: 'x', command: 'c', stream: 'stdout', offset: 0, bytes: '', at: 'now', last: true }],
  [StepStarted, { action: 'a', at: 'now', seq: 3, data: { host: 'h', nested: { deep: [1] } } }],
  [DeadLetter, { cause: 'c', topic: 't', partition: 0, offset: '1', attempts: 1, key: 'k', headers: { a: 'b' }, value: 'v', at: 'now' }],
  [RunCommandPayload, { command: 'c', action: 'a', key: 'k', attempt: 1, step: 's', host: { name: 'h', keys: ['k'], port: 22 }, text: 't', channel: 'fast', withinMs: 5, space: 's', project: 'p', type: 't', actor: 'a', environment: 'e', secretEnv: { A: 'b' } }],
];

describe('quickCheck', () => {
  it.each(inOrder)('finds %p in order by itself, and makes of it what the library makes', (target, data) => {
    const quick = quickCheck(target, { ...data, unknown: [1] });
    expect(quick).toBeInstanceOf(target);
    expect(quick).toEqual(thoroughCheck(target, { ...data, unknown: [1] }));
    expect(JSON.stringify(quick)).toBe(JSON.stringify(thoroughCheck(target, { ...data, unknown: [1] })));
  });

  it('agrees with the library on messages with anything in any place', () => {
    const value = fc.oneof(fc.constantFrom<unknown>(undefined, null, '', 'x', 0, 1, 65_536, -1, 1.5, NaN, true, [], ['x'], [1], {}, signed, { ...signed, kid: 1 }, { name: 'h', keys: [] }, { name: 'h' }, { name: 'h', keys: [], port: 0 }), fc.jsonValue());
    fc.assert(fc.property(fc.constantFrom(...inOrder), fc.nat(), value, ([target, data], place, odd) => {
      const name = Object.keys(data)[place % Object.keys(data).length]!;
      const changed = { ...data, [name]: odd };
      const thorough = thoroughCheck(target, structuredClone(changed));
      const quick = quickCheck(target, changed);
      if (Array.isArray(thorough)) expect(quick).toBeUndefined();
      else if (quick) expect(quick).toEqual(thorough);
      expect(Array.isArray(checkMessage(target, changed))).toBe(Array.isArray(thorough));
    }), { numRuns: 1_000 });
  });

  it('leaves fields that every object has, lists, and rules it does not know to the library', () => {
    class Dated { @IsString() name: string; @IsDateString() at: string }
    expect([quickCheck(ActionRequested, JSON.parse('{"action":"a","__proto__":{"x":1}}') as object), quickCheck(ActionRequested, ['a']), quickCheck(Dated, { name: 'n', at: '2026-11-26' })]).toEqual([undefined, undefined, undefined]);
    expect(checkMessage(Dated, { name: 'n', at: 'never' })).toEqual([expect.stringContaining('/at')]);
  });
});

describe('checkMessage', () => {
  it('answers an instance that it has checked as it is, and checks every other', () => {
    const first = checkMessage(ActionRequested, { action: 'a' });
    expect(checkMessage(ActionRequested, first)).toBe(first);
    expect(checkMessage(ActionRequested, Object.assign(new ActionRequested(), { action: 3 }))).toEqual([expect.stringContaining('/action')]);
    expect(checkMessage(SignalSent, first)).toEqual([expect.stringContaining('/signed')]);
  });
});
