import { describe, expect, it } from '@jest/globals';
import { platformLayer } from './platform-layer.js';

describe('what the platform gives to every project', () => {
  it('is its configuration, with the canary service under the keys that scripts know; a key of its own wins', () => {
    expect(platformLayer({ canary: { schedule_api: 'http://canary:8000', timeout: '2h' }, config: { canary_timeout: '1h', repo_dir: '/opt' } })).toEqual({ canary_schedule_api: 'http://canary:8000', canary_timeout: '1h', repo_dir: '/opt' });
    expect(platformLayer()).toEqual({});
  });
});
