// After `npm ci`: compiles the ciphers that ssh2 brings as C++ for the Node that Edge runs on, with the headers that come with that Node (3 × the commands per second of an SSH connection).
// No network, no Python, no node-gyp: npm's own way would build for npm's Node. Where it cannot be done, one line says so and ssh2 does the same in JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { node24, root } from './node-24.mjs';

const crypto = join(root, 'node_modules/ssh2/lib/protocol/crypto');
/** Where ssh2 looks for it, and the bundler, too. */
export const nativeCrypto = join(crypto, 'build/Release/sshcrypto.node');

const defines = ['NODE_GYP_MODULE_NAME=sshcrypto', 'BUILDING_NODE_EXTENSION', 'USING_UV_SHARED=1', 'USING_V8_SHARED=1', 'OPENSSL_API_COMPAT=0x10100000L', 'REAL_OPENSSL_MAJOR=3', '_FILE_OFFSET_BITS=64'];
const flags = ['-O3', '-shared', '-fPIC', '-pthread', '-std=gnu++20', '-fno-rtti', '-fno-exceptions', '-fno-strict-aliasing', '-w'];

/** Compiles to `file` unless what is there already loads. Throws with the reason where it cannot be done. */
export function compileNativeCrypto({ file = nativeCrypto, compiler = process.env.CXX || 'c++' } = {}) {
  const node = node24();
  if (existsSync(file) && whyNotLoaded(node, file) === undefined) return;
  const include = join(dirname(node), '../include/node');
  if (process.platform !== 'linux' || !existsSync(include)) throw new Error(`no headers of Node at ${include}`);
  const made = `${file}.${process.pid}.node`;
  mkdirSync(dirname(file), { recursive: true });
  const run = spawnSync(compiler, [...flags, ...defines.map((define) => `-D${define}`), `-I${include}`, '-include', join(root, 'tools/src/no-cleanup-hooks.h'), `-I${join(root, 'node_modules/nan')}`, join(crypto, 'src/binding.cc'), '-o', made], { encoding: 'utf8', timeout: 300_000 });
  if (run.status !== 0) throw new Error(run.error?.message ?? (run.stderr.split('\n')[0] || `${compiler} ended with ${run.status}`));
  const why = whyNotLoaded(node, made);
  if (why === undefined) return renameSync(made, file);
  rmSync(made, { force: true });
  throw new Error(why);
}

function whyNotLoaded(node, file) {
  const run = spawnSync(node, ['-e', 'require(process.argv[1])', file], { encoding: 'utf8' });
  return run.status === 0 ? undefined : (/^Error: (.*)$/m.exec(run.stderr)?.[1] ?? `Node ended with ${run.status ?? run.signal}`);
}

if (process.argv[1]?.endsWith('native-crypto.mjs')) {
  try {
    compileNativeCrypto();
  } catch (error) {
    console.warn(`SSH ciphers run in JavaScript, which takes more processor time; to have them compiled, install a C++ compiler (g++) and run "npm ci" again (${error.message}).`);
  }
}
