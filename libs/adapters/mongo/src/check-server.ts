import { errors } from '@edge/contracts';

/** Of MongoDB 6.0. The version itself is not told to who keeps to the stable API. */
const oldestWireVersion = 17;

/** @throws EdgeError `unavailable`: the server is older than Edge was tried with */
export function checkServer({ maxWireVersion = 0 }: { maxWireVersion?: number }): void {
  if (maxWireVersion < oldestWireVersion) throw errors.unavailable(`MongoDB at EDGE_MONGO_URL speaks wire version ${maxWireVersion}, that is a version before 6; Edge needs 6 or later.`);
}
