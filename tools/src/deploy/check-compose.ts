import { isUnknownSetting, secretSettings, servicePorts } from './known-settings.js';

export interface ComposeService {
  image?: string;
  command?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  stop_grace_period?: string;
  restart?: string;
  healthcheck?: { test?: string[] };
  depends_on?: Record<string, unknown>;
}
export interface Compose { services: Record<string, ComposeService>; volumes: Record<string, unknown> }

/** Engines whose images write beside their data at start; ours never do. */
const writesItsRoot = ['kafka', 'elasticsearch'];
const secretName = /(PASSWORD|TOKEN|SECRET|JAAS_CONFIG)$/;

/** What is wrong with the compose file, one sentence each. */
export function checkCompose(compose: Compose): string[] {
  const missing = ['kafka', 'mongo', 'elasticsearch', ...Object.keys(servicePorts)].filter((name) => !compose.services[name]);
  return [
    ...missing.map((name) => `${name} is missing`),
    ...Object.entries(compose.services).flatMap(([name, service]) => [...confinement(name, service), ...environment(service), ...lasting(service), ...references(service, compose)].map((wrong) => `${name}: ${wrong}`)),
    ...Object.entries(servicePorts).flatMap(([name, port]) => (compose.services[name] ? edgeService(name, port, compose.services[name]) : []).map((wrong) => `${name}: ${wrong}`)),
  ];
}

function confinement(name: string, service: ComposeService): string[] {
  const wrong: string[] = [];
  if (!/^[1-9]\d*:\d+$/.test(service.user ?? '')) wrong.push('runs as root or as nobody knows whom');
  if (!service.read_only && !writesItsRoot.includes(name)) wrong.push('its root may be written');
  if (!service.cap_drop?.includes('ALL')) wrong.push('keeps capabilities');
  if (!service.security_opt?.includes('no-new-privileges:true') || service.privileged) wrong.push('may gain privileges');
  if (service.ports?.some((port) => !port.startsWith('127.0.0.1:'))) wrong.push('is published beyond this machine');
  if (/(:latest|^[^:]+)$/.test(service.image ?? '')) wrong.push('its image has no version');
  return wrong;
}

function environment({ environment: given = {} }: ComposeService): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const wrong = isUnknownSetting(name) ? [`${name} is no setting`] : [];
    const secret = secretSettings.includes(name) || secretName.test(name);
    if (secret && !/\$\{[A-Z_]+:\?[^}]+\}/.test(value)) wrong.push(`${name} is not demanded from outside`);
    if (/\$\{[A-Z_]*(PASSWORD|TOKEN|SECRET)[A-Z_]*(:?-|\})/.test(value)) wrong.push(`${name} has a default or may be empty`);
    return wrong;
  });
}

/** What goes on must say how it is; what runs once must not be restarted. */
function lasting(service: ComposeService): string[] {
  return service.restart && !service.healthcheck?.test ? ['nobody can tell whether it is well'] : [];
}

function references(service: ComposeService, { services, volumes }: Compose): string[] {
  const after = Object.keys(service.depends_on ?? {}).filter((name) => !services[name]).map((name) => `waits for ${name}, which is not there`);
  const named = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '').filter((volume) => !volume.startsWith('.') && !(volume in volumes));
  return [...after, ...named.map((volume) => `mounts ${volume}, which is not there`)];
}

function edgeService(name: string, port: number, service: ComposeService): string[] {
  const wrong: string[] = [];
  if (service.command?.at(-1) !== `apps/${name}/dist/main.js`) wrong.push('starts another program');
  if (service.environment?.EDGE_PORT !== String(port)) wrong.push(`listens on another port than ${port}`);
  if (!service.healthcheck?.test?.join(' ').includes('/readyz')) wrong.push('is not asked /readyz');
  if (Number.parseInt(service.stop_grace_period ?? '0', 10) < 30) wrong.push('is killed before it has drained');
  if (!service.environment?.EDGE_TLS_CERT) wrong.push('speaks without TLS');
  return wrong;
}
