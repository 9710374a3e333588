import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { generateKeyPair } from '@edge/ssh';
import { layOut, makeArtifacts, serveArtifacts } from './artifacts.js';
import { type Fleet, hostFolder, hostNames, poolOf, zones } from './fleet.js';
import { freePorts, untilListening } from './free-ports.js';
import { serveWindow } from './serve-window.js';
import { findHostServer, hostEnvironment, startHost } from './sshd.js';
import { startBalancer } from './start-balancer.js';
import { Traffic } from './traffic.js';

/**
 * The supervisor of the demo's fleet, a process of its own: hosts, applications and artifact servers outlive a crash of Edge and are adopted by its next start.
 * Writes `supervisor.json` when all answer, removes it at its end.
 */
export async function supervise(folder: string): Promise<void> {
  const { fleet, servedBy, balancer, stops } = await bringUp(folder, triesForPorts);
  const state = join(folder, 'supervisor.json');
  writeFileSync(`${state}.new`, JSON.stringify({ pid: process.pid, hosts: servedBy, balancer }));
  renameSync(`${state}.new`, state);
  const end = () => {
    rmSync(state, { force: true });
    for (const stop of stops) stop();
    for (const host of fleet.hosts) stopApplication(fleet, host.name);
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', () => undefined); // Ctrl-C of the terminal is Edge's: it ends the fleet itself
}

const triesForPorts = 4;

/** Somebody may take a chosen port before we do: a fleet that has never been up is then laid out anew. */
async function bringUp(folder: string, tries: number): Promise<{ fleet: Fleet; servedBy: string; balancer: string; stops: (() => void)[] }> {
  const isNew = !existsSync(join(folder, 'up-before'));
  const fleet = await prepareFleet(folder);
  const stops: (() => void)[] = [];
  try {
    for (const zone of zones) {
      const server = await serveArtifacts(join(folder, 'artifacts'), fleet.artifactPorts[zone]!);
      stops.push(() => server.close());
    }
    const server = findHostServer();
    for (const host of fleet.hosts) stops.push(await startHost(fleet, host, server));
    for (const host of fleet.hosts) startApplication(fleet, host);
    await Promise.all(fleet.hosts.flatMap((host) => [untilListening(host.sshPort, 15_000), untilListening(host.appPort, 15_000)]));
    const balancer = await openShop(fleet, stops);
    writeFileSync(join(folder, 'up-before'), '');
    return { fleet, servedBy: server === 'own' ? 'own SSH servers' : 'sshd', balancer, stops };
  } catch (error) {
    for (const stop of stops) stop();
    for (const host of fleet.hosts) stopApplication(fleet, host.name);
    if (!isNew || tries <= 1) throw error;
    console.error(`The fleet did not come up (${String(error)}); trying other ports.`);
    rmSync(join(folder, 'fleet.json'), { force: true });
    rmSync(join(folder, 'hosts'), { recursive: true, force: true });
    return bringUp(folder, tries - 1);
  }
}

/** Load balancer, visitors and canary service; answers the load balancer's name. */
async function openShop(fleet: Fleet, stops: (() => void)[]): Promise<string> {
  const balancer = await startBalancer(fleet);
  stops.push(balancer.stop);
  await Promise.all([fleet.balancerPort, ...Object.values(fleet.fronts)].map((port) => untilListening(port, 15_000)));
  const traffic = new Traffic(fleet);
  const window = await serveWindow(traffic, fleet.windowPort);
  stops.push(() => traffic.stop(), () => window.close());
  void traffic.run();
  return balancer.name;
}

/** Ports, keys, folders and artifacts: made at the first start, kept for the next. */
async function prepareFleet(folder: string): Promise<Fleet> {
  const file = join(folder, 'fleet.json');
  if (!isLaidOut(file)) await writeFirst(folder, file);
  const fleet = { ...(JSON.parse(await readFile(file, 'utf8')) as Fleet), folder, user: userInfo().username, node: process.execPath };
  await makeArtifacts(join(folder, 'artifacts'));
  return fleet;
}

/** A fleet of an Edge before it had a load balancer is laid out anew. */
function isLaidOut(file: string): boolean {
  return existsSync(file) && 'fronts' in (JSON.parse(readFileSync(file, 'utf8')) as object);
}

async function writeFirst(folder: string, file: string): Promise<void> {
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  const names = hostNames();
  const ports = await freePorts(names.length * 2 + zones.length * 2 + 2);
  const [balancerPort, windowPort, ...frontPorts] = ports.splice(names.length * 2 + zones.length) as [number, number, ...number[]];
  const deploy = generateKeyPair('edge-demo');
  await writeFile(join(folder, 'keys', 'deploy'), deploy.privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'keys', 'deploy.pub'), `${deploy.publicKey}\n`);
  const hosts = names.map(({ name, zone }, index) => ({ name, zone, pool: poolOf(zone), sshPort: ports[index * 2]!, appPort: ports[index * 2 + 1]! }));
  for (const host of hosts) await prepareHost({ folder }, host.name);
  const artifactPorts = Object.fromEntries(zones.map((zone, index) => [zone, ports[names.length * 2 + index]!]));
  const fronts = Object.fromEntries(zones.map((zone, index) => [zone, frontPorts[index]!]));
  const artifactServers = Object.fromEntries(zones.map((zone) => [zone, `http://127.0.0.1:${artifactPorts[zone]}`]));
  writeFileSync(`${file}.new`, JSON.stringify({ hosts, artifactPorts, artifactServers, fronts, balancerPort, windowPort }, undefined, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function prepareHost(fleet: Pick<Fleet, 'folder'>, name: string): Promise<void> {
  const folder = hostFolder(fleet, name);
  await mkdir(join(folder, 'bin'), { recursive: true });
  await layOut(join(folder, 'home', 'app'), 'shop-1');
  const key = generateKeyPair(name);
  await writeFile(join(folder, 'host_key'), key.privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'host_key.pub'), `${key.publicKey}\n`);
  await writeFile(join(folder, 'bin', 'hostname'), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
}

/** Starts what is laid out on the host, unless it runs already. */
function startApplication(fleet: Fleet, host: Fleet['hosts'][number]): void {
  if (running(pidOf(fleet, host.name))) return;
  const start = join(hostFolder(fleet, host.name), 'home', 'app', 'start');
  if (existsSync(start)) spawn('/bin/sh', [start], { env: hostEnvironment(fleet, host), stdio: 'ignore', detached: true }).unref();
}

function stopApplication(fleet: Fleet, host: string): void {
  const pid = pidOf(fleet, host);
  if (running(pid)) process.kill(pid!, 'SIGTERM');
  rmSync(join(hostFolder(fleet, host), 'shop.pid'), { force: true });
}

function pidOf(fleet: Pick<Fleet, 'folder'>, host: string): number | undefined {
  const file = join(hostFolder(fleet, host), 'shop.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
}

export function running(pid: number | undefined): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
