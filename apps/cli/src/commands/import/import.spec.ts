import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fromAnsible } from './from-ansible.js';
import { fromKamal } from './from-kamal.js';
import { fromRundeck } from './from-rundeck.js';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const target = { space: 'shop', zone: 'main' };

describe('edge import ansible', () => {
  it('makes hosts of an INI inventory: ranges, groups of groups, variables', () => {
    const { documents, notes } = fromAnsible(fixture('hosts.ini'), target);
    expect(documents).toEqual([
      { kind: 'Host', name: 'bastion.example.com', port: 2222, zone: 'main', spaces: ['shop'] },
      ...['01', '02', '03'].map((n) => ({ kind: 'Host', name: `web${n}.example.com`, user: 'app', zone: 'north', pools: ['shop', 'web'], spaces: ['shop'], vars: { backup: 'nightly at 2', http_port: 8080 } })),
      { kind: 'Host', name: 'web04.example.com', address: '10.0.0.4', user: 'deploy', zone: 'north', pools: ['shop', 'web'], spaces: ['shop'], vars: { backup: 'nightly at 2', http_port: 8081 } },
      ...['a', 'b'].map((n) => ({ kind: 'Host', name: `db-${n}`, address: '10.0.1.1', user: 'app', zone: 'north', pools: ['shop', 'db'], spaces: ['shop'], vars: { backup: 'nightly at 2' } })),
    ]);
    expect(notes).toEqual([
      'Host localhost is the machine itself and is left out.',
      'ansible_ssh_private_key_file (bastion.example.com) is not translated: put IdentityFile, ProxyJump and the like into the ssh configuration (~/.ssh/config), Edge reads it.',
      'ansible_become (web01.example.com, web02.example.com, web03.example.com and 3 more) is not translated: say run_as in the project.',
      'secret (web01.example.com, web02.example.com, web03.example.com and 3 more) is not translated: set it by hand where it is needed.',
    ]);
  });

  it('makes the same of a YAML inventory', () => {
    const web = (n: number) => ({ kind: 'Host', name: `web${n}`, user: 'app', zone: 'main', pools: ['shop', 'web'], spaces: ['shop'], vars: { tier: 'front', http_port: 8080 } });
    expect(fromAnsible(fixture('hosts.yml'), target)).toEqual({ documents: [web(1), web(2), { kind: 'Host', name: 'db1', address: '10.0.1.1', port: 2200, user: 'app', zone: 'main', pools: ['shop', 'db'], spaces: ['shop'] }], notes: [] });
  });
});

describe('edge import kamal', () => {
  it('makes a project of containers per role, with its hosts, and prints no secret', () => {
    const { documents, notes } = fromKamal(fixture('deploy.yml'), target);
    const common = {
      server_info: 'server_list', image_name: 'registry.example.com/acme/shop', volumes: { '/srv/shop': '/rails/storage' }, env: { RAILS_ENV: 'production', WORKERS: '4' }, secret_env: { RAILS_MASTER_KEY: { $secret: 'RAILS_MASTER_KEY' } },
      registry: 'registry.example.com', registry_user: 'acme', registry_password: { $secret: 'KAMAL_REGISTRY_PASSWORD' },
    };
    expect(documents).toEqual([
      { kind: 'Environment', name: 'containers', script: 'containers' },
      ...['10.0.0.1', '10.0.0.2'].map((name) => ({ kind: 'Host', name, user: 'deploy', zone: 'main', pools: ['web'], spaces: ['shop'] })),
      { kind: 'Host', name: '10.0.0.3', user: 'deploy', zone: 'main', pools: ['job'], spaces: ['shop'] },
      { kind: 'Project', space: 'shop', name: 'shop', environment: 'containers', config: { ...common, container_name: 'shop', port: { 80: 3000 }, server_list: { main: ['10.0.0.1', '10.0.0.2'] } } },
      { kind: 'Project', space: 'shop', name: 'shop-job', environment: 'containers', config: { ...common, container_name: 'shop-job', port: {}, server_list: { main: ['10.0.0.3'] } } },
    ]);
    expect(notes.map((note) => note.split(':')[0])).toEqual(['"accessories" is not translated', '"servers.job.cmd" is not translated', '"proxy" is translated to a published port only', 'The password of the registry', 'The secret RAILS_MASTER_KEY']);
    expect(JSON.stringify(fromKamal('service: a\nservers: [h]\nregistry: {username: u, password: hunter2}\n', target))).not.toContain('hunter2');
  });

  it('refuses a file that is something else', () => {
    expect(() => fromKamal('hosts: [a]\n', target)).toThrow('it is no deploy.yml of Kamal');
  });
});

describe('edge import rundeck', () => {
  it('makes hosts of nodes and projects of jobs, and says what it left out', () => {
    const { documents, notes } = fromRundeck([fixture('resources.yaml'), fixture('jobs.yaml')], target);
    expect(documents).toEqual([
      { kind: 'Environment', name: 'imported', script: 'one-by-one', config: { server_info: 'server_list' } },
      { kind: 'Host', name: 'web-1', address: '10.0.0.1', port: 2222, user: 'app', zone: 'main', pools: ['web', 'north'], spaces: ['shop'], vars: { rack: 'r7' } },
      { kind: 'Host', name: 'db-1', address: 'db-1.example.com', zone: 'main', pools: ['db'], spaces: ['shop'] },
      { kind: 'Project', space: 'shop', name: 'shop-daily-restart-web', environment: 'imported', config: { server_list: { main: ['web-1'] }, custom_install_cmd: 'systemctl restart shop && curl -fsS http://localhost:8080/health' } },
      { kind: 'Project', space: 'shop', name: 'migrate', environment: 'imported', config: { server_list: { main: ['web-1', 'db-1'] } } },
    ]);
    expect(notes.map((note) => note.split(' (')[0]!.slice(0, 45))).toEqual([
      'Node web-1: ssh-key-storage-path not translat',
      'Job shop-daily-restart-web, step 3: is a scri',
      'Job shop-daily-restart-web: the schedule is n',
      'Job migrate, step 1: uses options',
      'Job migrate, step 2: calls the job Restart we',
      'Job migrate: options are not translated: conf',
      'Job migrate: the node filter "hostname: db.*"',
      'Say stop_command, start_command, context_dir ',
    ]);
  });
});
