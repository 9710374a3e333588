declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The queue of requests of one connection, as far as it is put right here. */
  export default class RequestQueue {
    pending: unknown[];
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
  }
}
