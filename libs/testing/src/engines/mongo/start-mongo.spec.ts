import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { probeProgram } from '../probe-engine.js';
import { startMongo } from './start-mongo.js';

const probe = await probeProgram('mongo');
const suite = probe.available ? describe : describe.skip;

suite(`MongoDB for tests${probe.available ? '' : ` (${probe.reason})`}`, () => {
  it.each(['replica-set', 'standalone'] as const)('keeps what was written with majority and journal through kill -9 (%s)', async (kind) => {
    const engine = await startMongo({ kind });
    const connection = await mongoose.createConnection(engine.address).asPromise();
    const things = connection.collection('things');
    await things.insertOne({ name: 'kept' }, { writeConcern: { w: 'majority', j: true } });

    await engine.kill();
    await engine.restart();

    expect(await things.findOne({ name: 'kept' })).toMatchObject({ name: 'kept' });
    await connection.close();
    await engine.stop();
  }, 60_000);
});
