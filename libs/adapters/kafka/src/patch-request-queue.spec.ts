import { expect, it } from '@jest/globals';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { patchRequestQueue } from './patch-request-queue.js';

interface Queue extends RequestQueue { throttleCheckTimeoutId: unknown; destroy(): void }

const queue = () => new (RequestQueue as unknown as new (options: object) => Queue)({ maxInFlightRequests: 1, requestTimeout: 100 });

it('sets no timer on a connection with nothing to send, and one where something waits', () => {
  const before = queue();
  before.scheduleCheckPendingRequests();
  expect(before.throttleCheckTimeoutId).not.toBeNull();
  before.destroy();

  patchRequestQueue();
  patchRequestQueue();

  const idle = queue();
  idle.scheduleCheckPendingRequests();
  expect(idle.throttleCheckTimeoutId).toBeNull();
  const waiting = queue();
  waiting.pending.push({});
  waiting.scheduleCheckPendingRequests();
  expect(waiting.throttleCheckTimeoutId).not.toBeNull();
  waiting.pending.pop();
  waiting.destroy();
});
