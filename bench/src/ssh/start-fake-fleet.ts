import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@edge/testing/engines';
import { generateKeyPair } from '@edge/ssh';
import { addressOf, type Fleet, sshConfigText } from './fleet.js';
import { programFile, Resident } from './programs.js';

/** SSH servers in a process of their own that answer in process; they cost what a client sees when hosts are other machines. */
export async function startFakeFleet(folder: string, { net, count }: { net: number; count: number }): Promise<Fleet> {
  const at = (name: string) => join(folder, `fake-${net}-${name}`);
  const [host, user] = [generateKeyPair('host'), generateKeyPair('user')];
  const keyFile = at('key');
  await writeFile(at('host'), host.privateKey, { mode: 0o600 });
  await writeFile(keyFile, user.privateKey, { mode: 0o600 });
  await writeFile(`${keyFile}.pub`, user.publicKey);
  const port = await freePort();
  const process = await Resident.start(await programFile('fake-hosts'), [String(net), String(count), String(port), at('host'), `${keyFile}.pub`]);
  const ports = new Map(Array.from({ length: count }, (_, index) => [addressOf(net, index), port]));
  const key = host.publicKey.split(' ').slice(0, 2).join(' ');
  await writeFile(at('known'), `[127.${net}.*]:${port} ${key}\n`);
  await writeFile(at('config'), sshConfigText({ net, user: 'deploy', keyFile, knownHosts: at('known'), ports }));
  return { hosts: [...ports.keys()].map((address) => ({ name: address, address, port, user: 'deploy', keys: [key] })), keyFile, sshConfig: at('config'), stop: () => process.stop() };
}
