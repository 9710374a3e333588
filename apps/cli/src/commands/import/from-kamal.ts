import type { JsonObject } from '@edge/contracts';
import { parse } from 'yaml';
import { hostDocument, list, nameOf, type Plain, plain, type Target, textOf, type Translated } from './translated.js';

const known = new Set(['service', 'image', 'servers', 'registry', 'env', 'ssh', 'volumes', 'proxy']);
const advice: Record<string, string> = {
  accessories: 'databases and the like are not deployed by this project: write one of their own, or leave them as they are.',
  builder: 'Edge deploys images that are built; build them in CI.',
  boot: 'say how many at a time by the keys of the rollout (see docs/scripts.md).',
  hooks: 'use custom_install_cmd, or write a script.',
  asset_path: 'assets between two versions are not bridged.',
};

/** A Kamal `deploy.yml`: its servers as hosts, the service as a project of the script `containers`. */
export function fromKamal(text: string, { space, zone }: Target): Translated {
  const kamal = plain(parse(text));
  const service = nameOf(textOf(kamal.service) ?? '');
  if (service === '') throw new Error('There is no "service" in this file: it is no deploy.yml of Kamal.');
  const notes = Object.keys(kamal).filter((key) => !known.has(key)).map((key) => `"${key}" is not translated: ${advice[key] ?? 'see whether it is needed.'}`);
  const roles = rolesOf(kamal.servers, notes);
  const ssh = plain(kamal.ssh);
  if (ssh.proxy !== undefined || ssh.proxy_command !== undefined) notes.push('"ssh.proxy" is not translated: put ProxyJump into the ssh configuration (~/.ssh/config), Edge reads it.');
  const names = [...new Set(roles.flatMap(({ hosts }) => hosts))];
  const hosts = names.map((name) => hostDocument({ name: nameOf(name), address: name, user: textOf(ssh.user) ?? 'root', port: Number(ssh.port ?? 22), zone, pools: roles.filter((role) => role.hosts.includes(name)).map((role) => role.name), spaces: [space] }));
  const config = configOf(kamal, service, notes);
  const projects = roles.filter((role) => role.hosts.length > 0).map((role) => ({
    kind: 'Project' as const, space, name: role.name === 'web' ? service : `${service}-${role.name}`, environment: 'containers',
    config: { server_info: 'server_list', server_list: { [zone]: role.hosts.map(nameOf) }, ...config, ...(role.name === 'web' ? {} : { container_name: `${service}-${role.name}`, port: {} }) },
  }));
  return { documents: [{ kind: 'Environment' as const, name: 'containers', script: 'containers' }, ...hosts, ...projects], notes };
}

interface RoleOfServers { name: string; hosts: string[] }

function rolesOf(servers: unknown, notes: string[]): RoleOfServers[] {
  if (Array.isArray(servers)) return [{ name: 'web', hosts: addresses(servers) }];
  return Object.entries(plain(servers)).map(([name, role]) => {
    const { hosts, ...more } = Array.isArray(role) ? { hosts: role } : plain(role);
    for (const key of Object.keys(more)) notes.push(`"servers.${name}.${key}" is not translated: ${key === 'cmd' ? 'the container runs the command of its image.' : 'see whether it is needed.'}`);
    return { name: nameOf(name), hosts: addresses(list(hosts)) };
  });
}

/** A server may carry tags: `- 10.0.0.1: [a, b]`. */
const addresses = (servers: unknown[]): string[] => servers.flatMap((server) => textOf(server) ?? Object.keys(plain(server)));

function configOf(kamal: Plain, service: string, notes: string[]): JsonObject {
  const [registry, proxy] = [plain(kamal.registry), plain(kamal.proxy)];
  const server = textOf(registry.server);
  const [user, password] = [textOf(registry.username), list(registry.password)[0]];
  const appPort = Number(proxy.app_port ?? 80);
  if (kamal.proxy !== undefined) notes.push('"proxy" is translated to a published port only: TLS and host names belong to the load balancer of the platform (script load-balanced).');
  if (password !== undefined) notes.push(`The password of the registry: edge secret set <space> ${secretOf(password)}`);
  return {
    image_name: [server, textOf(kamal.image) ?? service].filter((part) => part !== undefined).join('/'), container_name: service, port: { 80: appPort },
    ...volumesOf(kamal.volumes, notes), ...environmentOf(plain(kamal.env), notes), ...(server === undefined ? {} : { registry: server }),
    ...(user === undefined ? {} : { registry_user: user }), ...(password === undefined ? {} : { registry_password: { $secret: secretOf(password) } }),
  };
}

/** Kamal names the variable that holds it; a text in its place would be the secret itself and is not printed. */
const secretOf = (password: unknown): string => (typeof password === 'string' && /^[A-Z][A-Z0-9_]*$/.test(password) ? password : 'REGISTRY_PASSWORD');

function volumesOf(volumes: unknown, notes: string[]): JsonObject {
  const pairs = list(volumes).map((one) => String(one).split(':'));
  for (const [from, , mode] of pairs) if (mode !== undefined) notes.push(`The mode "${mode}" of the volume ${from} is not translated.`);
  return pairs.length === 0 ? {} : { volumes: Object.fromEntries(pairs.map(([from, to]) => [from!, to ?? from!])) };
}

function environmentOf(env: Plain, notes: string[]): JsonObject {
  const isSplit = 'clear' in env || 'secret' in env || 'tags' in env;
  const clear = Object.entries(isSplit ? plain(env.clear) : env).map(([name, value]) => [name, String(value)]);
  const secrets = list(env.secret).map(String);
  if ('tags' in env) notes.push('"env.tags" is not translated: set vars on the hosts.');
  for (const name of secrets) notes.push(`The secret ${name}: edge secret set <space> ${name}`);
  return { ...(clear.length > 0 ? { env: Object.fromEntries(clear) as JsonObject } : {}), ...(secrets.length > 0 ? { secret_env: Object.fromEntries(secrets.map((name) => [name, { $secret: name }])) } : {}) };
}
