// Text of every dist/main.js: starts program.js on a Node that can run it, whichever Node it was started by.
export const launcher = `#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 9)) {
  // The compiled program is kept beside it: later starts take a third less. Where nothing may be written, it starts without.
  module.enableCompileCache(fileURLToPath(new URL('./.compiled', import.meta.url)));
  await import('./program.js');
  module.flushCompileCache();
} else {
  const pinned = fileURLToPath(new URL('../../../node_modules/node-linux-' + process.arch + '/bin/node', import.meta.url));
  if (!existsSync(pinned)) {
    console.error('Edge needs Node 24.9 or newer; this is ' + process.versions.node + '. Run "npm ci" in the checkout, or install Node 24.');
    process.exit(2);
  }
  const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
  const child = spawn(pinned, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
`;
