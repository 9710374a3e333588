import type { Role } from '@edge/contracts';
import { httpCall } from './http-call.js';

/** Names of one side of the world. The foreign side's all begin with `xforeign`, so that a leak is found by its text. */
export interface Side { space: string; project: string; host: string; action: string; trigger: string; secret: string; freeze: string }

export interface TwoSpaces { tokens: Record<string, string>; own: Side; foreign: Side }

export const roleNames: Role[] = ['viewer', 'operator', 'deployer', 'admin', 'superuser', 'auditor'];

/** Two spaces with the same things in each, and a token of each role on the first. */
export async function buildTwoSpaces({ url, token }: { url: string; token: string }): Promise<TwoSpaces> {
  const call = async <T>(method: string, path: string, body: unknown): Promise<T> => {
    const answer = await httpCall(url, { method, path, token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return (answer.text ? JSON.parse(answer.text) : undefined) as T;
  };
  const build = async (space: string): Promise<Side> => {
    const side = { space, project: `${space}-shop`, host: `${space}-host`, trigger: `${space}-trigger`, secret: `${space}-secret`, freeze: `${space}-freeze` };
    await call('POST', '/api/v1/apply', { documents: documentsOf(side) });
    await call('PUT', `/api/v1/spaces/${space}/secrets/${side.secret}`, { value: `${space}-value` });
    const { action_id: action } = await call<{ action_id: string }>('POST', `/space/${space}/${side.project}/restart/`, { countdown: 86_400, reason: `${space}-reason` });
    return { ...side, action };
  };
  await call('POST', '/api/v1/apply', { documents: [{ kind: 'Environment', name: 'plain', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: '/opt/repo' } }] });
  const [own, foreign] = [await build('own'), await build('xforeign')];
  const made = await Promise.all(roleNames.map(async (role) => [role, (await call<{ token: string }>('POST', '/api/v1/tokens', { name: role, role, ...(role === 'superuser' || role === 'auditor' ? {} : { space: 'own' }) })).token] as const));
  await call('POST', '/api/v1/tokens', { name: 'xforeign-token', role: 'viewer', space: 'xforeign' });
  return { tokens: Object.fromEntries(made), own, foreign };
}

function documentsOf({ space, project, host, trigger, freeze }: Omit<Side, 'action'>): object[] {
  return [
    { kind: 'Space', name: space, title: `${space} title` },
    { kind: 'Host', name: host, address: '127.0.0.1', port: 9, zone: `${space}-zone`, pools: [`${space}-pool`], spaces: [space] },
    { kind: 'Project', space, name: project, environment: 'plain', config: { server_list: { [`${space}-zone`]: [host] }, stop_command: 'systemctl stop shop', start_command: 'systemctl start shop', context_dir: '/srv/shop', version: `${space}-1.tar.gz` } },
    { kind: 'Trigger', space, name: trigger, match: { type: 'x' }, start: { project, type: 'deploy' } },
    { kind: 'Freeze', name: freeze, spaces: [space], from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
    { kind: 'Grant', who: `user:${space}-person`, role: 'operator', space },
  ];
}
