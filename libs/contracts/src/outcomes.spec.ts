import { describe, expect, it } from '@jest/globals';
import { causes, succeeded } from './outcomes.js';

describe('outcomes', () => {
  it('counts only an exit with code 0 as success', () => {
    expect(succeeded({ outcome: 'exited', cause: 'exit', code: 0 })).toBe(true);
    expect(succeeded({ outcome: 'exited', cause: 'exit', code: 1 })).toBe(false);
    expect(succeeded({ outcome: 'lost', cause: 'connection-lost' })).toBe(false);
  });
  it('gives every cause a sentence', () => {
    for (const cause of Object.values(causes)) expect(cause.says).toMatch(/\.$/);
  });
});
