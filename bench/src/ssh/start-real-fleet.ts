import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { startLabHost, type LabHost } from '@edge/testing';
import { addressOf, type Fleet, sshConfigText } from './fleet.js';

const net = 89;
// OpenSSH listens on 16 addresses at most, and the lab takes one.
const addressesEach = 15;

/** Real sshds on loopback addresses, all with the key of the first. */
export async function startRealFleet(folder: string, count: number): Promise<Fleet> {
  const labs: LabHost[] = [];
  const ports = new Map<string, number>();
  for (let from = 0; from < count; from += addressesEach) {
    const addresses = Array.from({ length: Math.min(addressesEach, count - from) }, (_, index) => addressOf(net, from + index));
    const first = labs[0];
    const same = first ? { hostKeyFile: first.hostKeyFile } : {};
    const lab = await startLabHost({ ...same, settings: [...addresses.map((address) => `ListenAddress ${address}`), ...(first ? [`AuthorizedKeysFile ${first.keyFile}.pub`] : [])] });
    for (const address of addresses) ports.set(address, lab.port);
    labs.push(lab);
  }
  const { keyFile, hostKeyFile } = labs[0]!;
  const key = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  const user = userInfo().username;
  const [sshConfig, knownHosts] = [join(folder, 'real-config'), join(folder, 'real-known')];
  await writeFile(knownHosts, [...ports].map(([address, port]) => `[${address}]:${port} ${key}\n`).join(''));
  await writeFile(sshConfig, sshConfigText({ net, user, keyFile, knownHosts, ports }));
  return {
    hosts: [...ports].map(([address, port]) => ({ name: address, address, port, user, keys: [key] })), keyFile, sshConfig,
    stop: async () => { for (const lab of labs) await lab.stop(); },
  };
}
