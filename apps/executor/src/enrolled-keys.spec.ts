import { describe, expect, it } from '@jest/globals';
import type { HostDocument } from '@edge/contracts';
import { EnrolledKeys } from './enrolled-keys.js';

const hosts: HostDocument[] = [{ name: 'web1', spaces: [], keys: ['ssh-ed25519 A'] }, { name: 'web2', spaces: [] }];

describe('the enrolled keys', () => {
  it('of many hosts are one question, and asked anew the next time', async () => {
    const asked: string[][] = [];
    const keys = new EnrolledKeys({ hosts: async (names) => { asked.push(names); return hosts.filter(({ name }) => names.includes(name)); } });
    expect(await Promise.all(['web1', 'web2', 'gone', 'web1'].map((name) => keys.of(name)))).toEqual([['ssh-ed25519 A'], [], [], ['ssh-ed25519 A']]);
    expect(await keys.of('web2')).toEqual([]);
    expect(asked).toEqual([['web1', 'web2', 'gone'], ['web2']]);
  });

  it('are nobody\'s where the question fails, and the next one is asked at once', async () => {
    let fails = true;
    const keys = new EnrolledKeys({ hosts: async () => { if (fails) throw new Error('config is away'); return hosts; } });
    await expect(Promise.all([keys.of('web1'), keys.of('web2')])).rejects.toThrow('config is away');
    fails = false;
    expect(await keys.of('web1')).toEqual(['ssh-ed25519 A']);
  });
});
