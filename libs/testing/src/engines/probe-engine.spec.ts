import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findJava } from './find-java.js';
import { findProgram } from './find-program.js';
import { engineAddress } from './engine-address.js';
import { probeEngine, probeProgram } from './probe-engine.js';
import { runProgram } from './run-program.js';
import { Unavailable } from './unavailable.js';

const environment = { ...process.env };
afterEach(() => {
  for (const name of ['PATH', 'JAVA_HOME', 'XDG_CACHE_HOME', 'EDGE_TEST_PROMETHEUS']) delete process.env[name];
  Object.assign(process.env, environment);
});

describe('probeEngine', () => {
  it('takes an address from the environment before anything else', async () => {
    process.env.EDGE_TEST_PROMETHEUS = 'http://127.0.0.1:9';
    expect(await probeEngine('prometheus')).toEqual({ available: true });
    expect(await engineAddress('prometheus')).toBe('http://127.0.0.1:9');
  });

  it('says why a program cannot be had', async () => {
    await expect(findProgram('no-such-server', 'some-package')).rejects.toEqual(new Unavailable('no-such-server is not installed (Debian package some-package)'));
    await expect(findJava(999)).rejects.toThrow('no JDK 999 or newer found');
    await expect(runProgram('sh', ['-c', 'echo the registry is away >&2; exit 3'])).rejects.toEqual(new Unavailable('sh: the registry is away'));
  });

  it('prefixes the reason with the name of the engine', async () => {
    Object.assign(process.env, { PATH: '', JAVA_HOME: '', XDG_CACHE_HOME: join(tmpdir(), 'edge-no-cache') });
    const probe = await probeProgram('kafka');
    expect(probe).toEqual({ available: false, reason: expect.stringMatching(/^kafka: (mvn is not installed|no JDK 17)/) });
  });
});
