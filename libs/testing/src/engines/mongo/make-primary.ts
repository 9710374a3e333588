import mongoose from 'mongoose';

/** True once the server takes writes, undefined before. Makes a set of one node of a server that is in no set yet. */
export async function makePrimary(port: number, kind: 'replica-set' | 'standalone'): Promise<true | undefined> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 1000 });
  const admin = client.db('admin');
  const { MongoServerError, MongoNetworkError, MongoServerSelectionError } = mongoose.mongo;
  try {
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary) return true;
    if (kind === 'replica-set') await admin.command({ replSetInitiate: { _id: 'edge', members: [{ _id: 0, host: `127.0.0.1:${port}` }], settings: { electionTimeoutMillis: 500 } } });
    return undefined;
  } catch (error) {
    const notYet = error instanceof MongoServerError || error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
    if (!notYet) throw error;
    return undefined;
  } finally {
    await client.close();
  }
}
