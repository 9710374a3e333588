import { describe } from '@jest/globals';
import { probeEngine } from '@edge/testing/engines';
import { itDisbelieves } from '../access/disbelieves.js';
import { ClusterStage } from './cluster-stage.js';

const probes = await Promise.all((['kafka', 'mongo', 'elasticsearch'] as const).map((name) => probeEngine(name)));
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');

(missing ? describe.skip : describe)(`messages on Kafka that nobody should believe${missing ? ` (skipped: ${missing})` : ''}`, () => itDisbelieves(() => ClusterStage.start()));
