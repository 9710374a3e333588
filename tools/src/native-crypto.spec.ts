import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const program = join(process.cwd(), 'tools/src/native-crypto.mjs');

describe('Compiling ssh2\'s ciphers', () => {
  let folder: string;
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'edge-native-')); });
  afterAll(() => rm(folder, { recursive: true }));

  /** What is told, as `npm ci` would show it. */
  async function attempt(options: object): Promise<string> {
    const text = `import(${JSON.stringify(pathToFileURL(program).href)}).then((tool) => tool.compileNativeCrypto(${JSON.stringify(options)})).then(() => 'compiled', (error) => error.message).then(console.log)`;
    return (await run(process.execPath, ['-e', text])).stdout.trim();
  }

  it('says why it cannot be done, and leaves nothing behind', async () => {
    expect(await attempt({ file: join(folder, 'sshcrypto.node'), compiler: '/no/such/compiler' })).toBe('spawnSync /no/such/compiler ENOENT');
    expect(await attempt({ file: join(folder, 'sshcrypto.node'), compiler: 'false' })).toBe('false ended with 1');
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes nothing for compiled that Node does not load', async () => {
    expect(await attempt({ file: join(folder, 'sshcrypto.node'), compiler: 'true' })).toMatch(/^Cannot find module/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes what outlives the collection of its garbage between two turns of the event loop', async () => {
    const file = join(folder, 'sshcrypto.node');
    const told = await attempt({ file });
    if (told !== 'compiled') return expect(told).toMatch(/no headers of Node|ENOENT/); // no compiler here: nothing is made, and that was told
    const turns = 'const { AESGCMDecipher } = require(process.argv[1]); let turn = 0; const go = () => { for (let i = 0; i < 400; i += 1) new AESGCMDecipher("aes-128-gcm", Buffer.alloc(16), Buffer.alloc(12)); if ((turn += 1) < 500) setImmediate(go); else console.log("alive"); }; go();';
    expect((await run(process.execPath, ['-e', turns, file])).stdout.trim()).toBe('alive');
  }, 120_000);
});
