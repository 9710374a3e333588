import { EdgeError, errors } from '@edge/contracts';
import mongoose from 'mongoose';

const { MongoServerError, MongoNetworkError, MongoServerSelectionError } = mongoose.mongo;

const notAuthenticated = new Set([13, 18, 8000]);
const diskFull = 14031;

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}

/** What MongoDB answered, as a sentence that names the engine, what it said and the setting to look at. Our own errors pass. */
export function mongoFailure(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof MongoServerError && error.code === diskFull) return errors.storeFull(`The disk of MongoDB is full: ${said}`);
  if (error instanceof MongoServerError && notAuthenticated.has(Number(error.code))) return errors.unavailable(`MongoDB refuses this user: ${said}. Check name, password and roles in EDGE_MONGO_URL.`, 30);
  if (error instanceof MongoServerSelectionError || error instanceof mongoose.Error.MongooseServerSelectionError) return errors.unavailable(`MongoDB cannot be reached: ${said}. Check EDGE_MONGO_URL and that the server runs.`);
  if (error instanceof MongoNetworkError) return errors.unavailable(`The connection to MongoDB broke: ${said}. Whether the last write was kept is not known.`);
  return errors.unavailable(`MongoDB failed: ${said}`);
}

/** Runs a piece of work; whatever MongoDB throws becomes a sentence. */
export async function withMongo<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mongoFailure(error);
  }
}
