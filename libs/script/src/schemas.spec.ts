import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { configurationDefaults, configurationSchema, defineScript } from './define-script.js';
import { command, duration, fileName, folder, milliseconds, timeLimit } from './schemas.js';

describe('configuration keys', () => {
  const script = defineScript({
    name: 'tiny', about: 'Does nothing.',
    config: z.object({ stop_command: command(), wait: duration().default('5m'), context_dir: folder(), version: fileName().optional() }),
    actions: { async deploy() {} },
  });
  const ok = { stop_command: '/etc/init.d/mmtwebd stop', context_dir: '/opt/app' };

  it('take what operators write', () => {
    expect(script.config.safeParse({ ...ok, wait: 300, version: 'app-1.tar.gz' }).success).toBe(true);
    expect(script.config.safeParse(ok).data).toEqual({ ...ok, wait: '5m' });
  });
  it.each([
    [{ ...ok, stop_command: '  ' }], [{ ...ok, wait: 'soon' }], [{ ...ok, context_dir: '/' }], [{ ...ok, context_dir: '/opt/../etc' }],
    [{ ...ok, context_dir: '..' }], [{ ...ok, version: '../x' }], [{ ...ok, version: '-rf' }], [{ ...ok, version: 'a\ud800' }], [{ context_dir: '/opt/app' }],
  ])('refuse %j', (config) => {
    expect(script.config.safeParse(config).success).toBe(false);
  });
  it('describe themselves and their defaults', () => {
    expect(configurationDefaults(script)).toEqual({ wait: '5m' });
    expect(configurationSchema(script)).toMatchObject({ required: ['stop_command', 'context_dir'], properties: { stop_command: { type: 'string', 'x-command': true } } });
  });
  it('count less than nothing as no time', () => {
    expect([milliseconds(-5), milliseconds('2m30s'), milliseconds(1.5)]).toEqual([0, 150_000, 1500]);
    expect(() => milliseconds('soon')).toThrow('no duration');
  });
  it('take for a time limit what a command can be given', () => {
    const limit = timeLimit();
    expect([1, '1s', '10m', '7d', 604_800].map((value) => limit.safeParse(value).success)).toEqual([true, true, true, true, true]);
    expect([0, '0', -5, 0.5, '40d', 604_801, 'soon', ''].map((value) => limit.safeParse(value).success)).toEqual(Array(8).fill(false));
    expect(limit.safeParse('40d').error?.issues[0]?.message).toBe('Say a time of at least 1s and at most 7d.');
  });
  it('refuse a definition that cannot be', () => {
    expect(() => defineScript({ ...script, name: 'A b' })).toThrow('name');
    expect(() => defineScript({ ...script, actions: {} })).toThrow('no actions');
  });
});
