import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * kafkajs 2.2.4 looks at the queue of every connection once a millisecond for ever, by a timer with a negative delay (kafkajs #1751). With nothing waiting
 * there is nothing to look for: the next request that has to wait sets the timer itself.
 */
export function patchRequestQueue(): void {
  const { prototype } = RequestQueue as { prototype: Patched };
  if (prototype.patchedByEdge) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.patchedByEdge = true;
  prototype.scheduleCheckPendingRequests = function scheduleIfNeeded(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}

type Patched = RequestQueue & { patchedByEdge?: boolean };
