import { describe, expect, it } from '@jest/globals';
import { checkServer } from './check-server.js';

describe('checkServer', () => {
  it.each([17, 21, 25])('takes wire version %d', (maxWireVersion) => {
    expect(() => checkServer({ maxWireVersion })).not.toThrow();
  });

  it.each([{ maxWireVersion: 13 }, {}])('says which version is needed to a server that says %p', (hello) => {
    expect(() => checkServer(hello)).toThrow(expect.objectContaining({ code: 'unavailable', detail: expect.stringMatching(/^MongoDB at EDGE_MONGO_URL .*6 or later/) }));
  });
});
