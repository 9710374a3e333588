import { describe, expect, it } from '@jest/globals';
import type { HostDocument, JsonObject } from '@edge/contracts';
import { resolveInventory } from './resolve-inventory.js';
import { rangeFault, zoneOfHost } from './zone-of-host.js';

const host = (name: string, more: Partial<HostDocument> = {}): HostDocument => ({ name, spaces: ['hotels'], ...more });
const hosts = [
  host('m-2', { zone: 'MUM', pools: ['pool1'] }), host('m-1', { zone: 'MUM', pools: ['pool1'] }), host('c-1', { address: '10.2.0.7', pools: ['pool1', 'pool2'] }),
  host('foreign', { zone: 'MUM', pools: ['pool1'], spaces: ['payments'] }), host('lost'),
];
const zones = { MUM: ['10.1.0.0/16'], NEW_CHN: ['10.2.0.0/16', 'fd00::/8'] };
const resolve = (values: JsonObject) => resolveInventory({ values, space: 'hotels', hosts, zones });
const seed = { server_info: 'pool_info', pool_info: { MUM: [{ inpool_threshold: 0, pool_name: 'pool1' }], NEW_CHN: [{ inpool_threshold: 10, pool_name: 'pool1' }, { inpool_threshold: 10, pool_name: 'pool2' }] } };

describe('resolveInventory', () => {
  it("finds the members of the seed's pools by zone and pool; foreign hosts are none", () => {
    const { zones: found, pools, hosts: members, findings } = resolve(seed);
    expect({ found, members: members.map(({ name, zone }) => [name, zone]), findings }).toEqual({ found: ['MUM', 'NEW_CHN'], members: [['m-1', 'MUM'], ['m-2', 'MUM'], ['c-1', 'NEW_CHN']], findings: [] });
    expect(pools).toEqual([{ zone: 'MUM', name: 'pool1', inpool_threshold: 0 }, { zone: 'NEW_CHN', name: 'pool1', inpool_threshold: 10 }, { zone: 'NEW_CHN', name: 'pool2', inpool_threshold: 10 }]);
  });

  it('takes a list of hosts as it stands', () => {
    expect(resolve({ server_list: { MUM: ['m-2', 'm-1'] } }).hosts.map(({ name }) => name)).toEqual(['m-2', 'm-1']);
  });

  it('answers foreign and unknown hosts alike, and a host in two zones', () => {
    const { findings } = resolve({ server_list: { MUM: ['foreign', 'nowhere', 'm-1', 'm-1'], NEW_CHN: ['m-2'] } });
    expect(findings.map(({ pointer, detail }) => [pointer, detail])).toEqual([
      ['/server_list/MUM/0', 'There is no host "foreign" that space hotels may use.'],
      ['/server_list/MUM/1', 'There is no host "nowhere" that space hotels may use.'],
      ['/server_list/MUM/3', 'Host "m-1" is named twice.'],
      ['/server_list/NEW_CHN/0', 'Host "m-2" is in zone MUM, not NEW_CHN.'],
    ]);
  });

  it('takes the hosts of the space where no inventory is named, and leaves out one without a zone', () => {
    const { hosts: all, zones: found, findings } = resolve({});
    expect({ names: all.map(({ name }) => name), found, findings: findings.map(({ detail, level }) => [level, detail]) }).toEqual({ names: ['c-1', 'm-1', 'm-2'], found: ['NEW_CHN', 'MUM'], findings: [['warning', 'Host "lost" has no zone and is left out.']] });
  });

  it.each<[string, JsonObject, string]>([
    ['a key that is not set', { server_info: 'pool_info' }, '/server_info'],
    ['another shape', { server_list: ['m-1'] }, '/server_list'],
    ['a pool without a threshold', { pool_info: { MUM: [{ pool_name: 'pool1' }] } }, '/pool_info/MUM/0/inpool_threshold'],
    ['a threshold beyond a percentage', { pool_info: { MUM: [{ pool_name: 'pool1', inpool_threshold: 150 }] } }, '/pool_info/MUM/0/inpool_threshold'],
    ['a pool that no host of its zone names', { pool_info: { MUM: [{ pool_name: 'pool1', inpool_threshold: 1 }, { pool_name: 'pool2', inpool_threshold: 1 }] } }, '/pool_info/MUM/1'],
    ['a pool that is named twice', { pool_info: { MUM: [{ pool_name: 'pool1', inpool_threshold: 1 }, { pool_name: 'pool1', inpool_threshold: 50 }] } }, '/pool_info/MUM/1/pool_name'],
    ['a pool without a name', { pool_info: { MUM: [{ inpool_threshold: 1 }] } }, '/pool_info/MUM/0/pool_name'],
  ])('finds %s', (_name, values, pointer) => {
    expect(resolve(values).findings[0]).toMatchObject({ pointer, level: 'error' });
  });

  it('says when nothing is left', () => {
    expect(resolveInventory({ values: {}, space: 'hotels', hosts: [] }).findings).toEqual([expect.objectContaining({ detail: 'The project has no host.', level: 'error' })]);
  });
});

describe('zoneOfHost', () => {
  it('takes its own word, then the address ranges of either family', () => {
    expect([host('a', { zone: 'X', address: '10.1.0.1' }), host('b', { address: '10.1.9.9' }), host('c', { address: 'fd00::7' }), host('d', { address: '192.168.0.1' }), host('e', { address: 'web.example' })].map((one) => zoneOfHost(one, zones))).toEqual(['X', 'MUM', 'NEW_CHN', undefined, undefined]);
    expect(['10.0.0.0/8', 'fd00::/8', '10.0.0.0', '10.0.0.0/33', 'x/8'].map((range) => rangeFault(range) === undefined)).toEqual([true, true, false, false, false]);
  });
});
