import { runProgram } from '@edge/nest';
import { readEnv } from './env.js';
import { wire } from './wire.js';

await runProgram('config', { readEnv, wire });
