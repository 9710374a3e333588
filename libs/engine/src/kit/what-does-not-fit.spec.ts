import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@edge/contracts';
import { defineScript, fileName, rolloutKeys } from '@edge/script';
import { z } from 'zod';
import { whatDoesNotFit } from './what-does-not-fit.js';

const script = defineScript({ name: 'x', about: 'x', config: z.object({ ...rolloutKeys, version: fileName(), keep_builds: z.int().min(1).default(3) }), actions: { deploy: async () => undefined } });
const said = (config: JsonObject) => whatDoesNotFit(script, { version: 'app-1.tar.gz', ...config }).map(({ pointer, detail }) => `${pointer} ${detail}`);

describe('whatDoesNotFit', () => {
  it('says where, what stands there and what may', () => {
    expect(said({ keep_builds: -1, canary_by: 'dice', version: '../x' })).toEqual([
      '/canary_by "canary_by" is "dice": Invalid option: expected one of "service"|"person"|"metric".',
      '/version "version" is "../x": Name a file, without a folder, not beginning with "." or "-".',
      '/keep_builds "keep_builds" is -1: Too small: expected number to be >=1.',
    ]);
    expect(whatDoesNotFit(script, { version: 'a', canary_by: 'dice' })[0]!.remedy).toBe('"canary_by": Who gives the verdict.');
  });

  it('goes into the form that the value comes nearest to', () => {
    expect(said({ staggered_batch: ['50%', 100] })).toEqual(['/staggered_batch/0 "staggered_batch.0" is "50%": Invalid input: expected number, received string.']);
    expect(said({ healthcheck: { http: { port: 80, path: 'x' } } })).toEqual(['/healthcheck/http/path "healthcheck.http.path" is "x": Invalid string: must start with "/".']);
  });

  it('names a key that is missing', () => {
    expect(whatDoesNotFit(script, {})).toEqual([{ pointer: '/version', detail: 'Script x needs this key.', remedy: 'Set "version" in the project or its environment.', level: 'error' }]);
  });
});
