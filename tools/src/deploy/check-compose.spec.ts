import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkCompose, type Compose, type ComposeService } from './check-compose.js';
import { parseYaml } from './read-manifests.js';

const file = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));
const read = (): Compose => parseYaml<Compose>(readFileSync(file, 'utf8'), 'docker-compose.yml')[0] as Compose;
const planted = (name: string, wrong: Partial<ComposeService>): string[] => {
  const compose = read();
  compose.services[name] = { ...compose.services[name], ...wrong };
  return checkCompose(compose);
};
const withSetting = (name: string, settings: Record<string, string>): string[] => planted(name, { environment: { ...read().services[name]?.environment, ...settings } });

describe('docker-compose.yml', () => {
  it('is a confined cluster without a default password', () => {
    expect(checkCompose(read())).toEqual([]);
  });

  it('does not pass with any one of its promises broken', () => {
    expect(planted('acl', { user: '0:0' })).toEqual(['acl: runs as root or as nobody knows whom']);
    expect(planted('web-01', { read_only: false })).toEqual(['web-01: its root may be written']);
    expect(planted('kafka', { cap_drop: [] })).toEqual(['kafka: keeps capabilities']);
    expect(planted('mongo', { security_opt: [] })).toEqual(['mongo: may gain privileges']);
    expect(planted('mongo', { ports: ['27017:27017'] })).toEqual(['mongo: is published beyond this machine']);
    expect(planted('mongo', { image: 'mongo' })).toEqual(['mongo: its image has no version']);
    expect(planted('elasticsearch', { healthcheck: {} })).toEqual(['elasticsearch: nobody can tell whether it is well']);
    expect(planted('executor', { stop_grace_period: '10s' })).toEqual(['executor: is killed before it has drained']);
    expect(planted('executor', { command: ['node', 'apps/edge/dist/main.js'] })).toEqual(['executor: starts another program']);
    expect(planted('config', { depends_on: { zookeeper: {} } })).toEqual(['config: waits for zookeeper, which is not there']);
    expect(planted('config', { volumes: ['nowhere:/x'] })).toEqual(['config: mounts nowhere, which is not there']);
  });

  it('takes no secret that is written down, has a default, or may be empty', () => {
    expect(withSetting('acl', { EDGE_ADMIN_TOKEN: 'admin' })).toEqual(['acl: EDGE_ADMIN_TOKEN is not demanded from outside']);
    expect(withSetting('acl', { EDGE_ADMIN_TOKEN: '${EDGE_ADMIN_TOKEN:-admin}' })).toEqual(['acl: EDGE_ADMIN_TOKEN is not demanded from outside', 'acl: EDGE_ADMIN_TOKEN has a default or may be empty']);
    expect(withSetting('acl', { EDGE_MONGO_URL: 'mongodb://edge:${MONGO_PASSWORD}@mongo' })).toEqual(['acl: EDGE_MONGO_URL is not demanded from outside', 'acl: EDGE_MONGO_URL has a default or may be empty']);
    expect(withSetting('elasticsearch', { ELASTIC_PASSWORD: 'changeme' })).toEqual(['elasticsearch: ELASTIC_PASSWORD is not demanded from outside']);
  });

  it('names only settings that Edge has', () => {
    expect(withSetting('gateway', { EDGE_KAFKA_SERVERS: 'kafka:9092' })).toEqual(['gateway: EDGE_KAFKA_SERVERS is no setting']);
  });
});
