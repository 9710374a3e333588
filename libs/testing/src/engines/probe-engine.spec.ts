import { afterEach, describe, expect, it } from '@jest/globals';
import { findJava } from './find-java.js';
import { findProgram } from './find-program.js';
import { engineAddress } from './engine-address.js';
import { probeEngine, probeProgram } from './probe-engine.js';
import { runProgram } from './run-program.js';
import { Unavailable } from './unavailable.js';

const environment = { ...process.env };
afterEach(() => { Object.assign(process.env, { PATH: environment.PATH }); delete process.env.EDGE_TEST_PROMETHEUS; });

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
    process.env.PATH = '';
    const probe = await probeProgram('prometheus');
    expect(probe.available ? 'installed beyond PATH' : probe.reason).toMatch(/^prometheus: prometheus is not installed|^installed beyond PATH/);
  });
});
