import type { JsonObject, PlatformDocument } from '@edge/contracts';

/** Keys that the platform gives to every project. Its canary service is said in one place: `canary: {schedule_api: …}` is the key `canary_schedule_api`. */
export function platformLayer({ canary = {}, config = {} }: PlatformDocument = {}): JsonObject {
  return { ...Object.fromEntries(Object.entries(canary).map(([key, value]) => [`canary_${key}`, value])), ...config };
}
