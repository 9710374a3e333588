// The order of suites: the long ones first, else one of them is left for the end, when the other workers have nothing to do.
// A fresh clone has no times of an earlier run, and the size of a file says little: a cluster starts in ten lines.
import Sequencer from '@jest/test-sequencer';
import { root } from './node-24.mjs';

/** Those that compute for long stand among those that wait: three workers start with the first three. A suite that is not here comes later, by its size. */
const long = [
  'e2e/src/cluster/index-outage.spec.ts', 'libs/ssh/src/hosts.spec.ts', 'e2e/src/access/audit.spec.ts',
  'e2e/src/cluster/rolling-restart.spec.ts', 'libs/ssh/src/chaos.spec.ts', 'e2e/src/rollout/canary-by-metric.spec.ts',
  'e2e/src/cluster/cluster.spec.ts', 'e2e/src/rollout/control.spec.ts', 'e2e/src/access/fuzz.spec.ts',
  'libs/adapters/kafka/src/kafka-chaos.spec.ts', 'e2e/src/rollout/containers.spec.ts', 'libs/ssh/src/ssh-shell.spec.ts',
  'e2e/src/embedded/apart.spec.ts', 'libs/adapters/elasticsearch/src/elastic-chaos.spec.ts', 'e2e/src/rollout/staggered-deploy.spec.ts',
  'libs/adapters/kafka/src/kafka-outage.spec.ts', 'libs/adapters/elasticsearch/src/elastic-contract.spec.ts', 'e2e/src/cli/cli.spec.ts',
  'libs/adapters/kafka/src/kafka-rebalances.spec.ts', 'e2e/src/embedded/host-keys.spec.ts', 'e2e/src/embedded/life.spec.ts', 'libs/adapters/kafka/src/kafka-full-disk.spec.ts',
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (long.indexOf(path.replace(root, '')) + 1 || long.length + 1);
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
}
