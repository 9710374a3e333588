import type { Layout } from './rollout-rig.js';

const names = (zone: string, count: number) => Array.from({ length: count }, (_, n) => `${zone}-${String(n + 1).padStart(2, '0')}`);
const north = names('north', 16);
const south = names('south', 14);

/** 30 hosts in two zones and three pools; the last four hosts of north are in two of them. */
export const thirtyHosts: Layout = {
  north: { web: { hosts: north, inpool_threshold: 70 }, api: { hosts: north.slice(12), inpool_threshold: 50 } },
  south: { web: { hosts: south, inpool_threshold: 60 } },
};
