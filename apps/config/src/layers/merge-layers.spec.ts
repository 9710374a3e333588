import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@edge/contracts';
import fc from 'fast-check';
import { type ConfigLayer, mergeLayers } from './merge-layers.js';

const layer = (origin: ConfigLayer['origin'], config: JsonObject): ConfigLayer => ({ origin, config });

describe('mergeLayers', () => {
  it("merges the seed's two documents, each value with its origin", () => {
    const environment = { server_info: 'pool_info', member_session_wait_time: 300, repo_dir: '/opt/mmtrepos' };
    const project = { version: 'application-version.tar.gz', member_session_wait_time: 600 };
    expect(mergeLayers([layer('platform', { member_session_wait_time: 900 }), layer('environment', environment), layer('project', project), layer('action', { version: 'app-43.tar.gz' })])).toEqual({
      config: {
        server_info: { value: 'pool_info', origin: 'environment' }, member_session_wait_time: { value: 600, origin: 'project' },
        repo_dir: { value: '/opt/mmtrepos', origin: 'environment' }, version: { value: 'app-43.tar.gz', origin: 'action' },
      },
      findings: [],
    });
  });

  it('replaces whole values, and merges only where asked', () => {
    const below = layer('environment', { healthcheck: { path: '/live', attempts: 3, tls: { verify: true } }, ports: [1, 2] });
    expect(mergeLayers([below, layer('project', { healthcheck: { path: '/up' }, ports: [3] })]).config).toEqual({ healthcheck: { value: { path: '/up' }, origin: 'project' }, ports: { value: [3], origin: 'project' } });
    expect(mergeLayers([below, layer('project', { healthcheck: { $merge: { path: '/up', attempts: null, tls: { ca: 'x' } } } })]).config.healthcheck).toEqual({ value: { path: '/up', tls: { verify: true, ca: 'x' } }, origin: 'project' });
  });

  it('demands what the environment requires, until a project sets it', () => {
    const environment = layer('environment', { context_dir: { $required: 'where the application lives' } });
    expect(mergeLayers([environment]).findings).toEqual([{ pointer: '/context_dir', detail: '"context_dir" must be set: where the application lives', origin: 'environment', remedy: 'Set "context_dir" in the project.', level: 'error' }]);
    expect(mergeLayers([environment, layer('project', { context_dir: '/srv/app' })]).findings).toEqual([]);
  });

  it.each([[{ $merge: 3 }, '"$merge" takes an object.'], [{ $merge: {}, more: 1 }, '"$merge" stands alone.']])('refuses %j', (value, detail) => {
    expect(mergeLayers([layer('project', { a: value as JsonObject })]).findings).toEqual([{ pointer: '/a', detail, origin: 'project', level: 'error' }]);
  });

  it('takes every plain key from the topmost layer that has it', () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer());
    fc.assert(fc.property(values, values, values, (platform, environment, project) => {
      const { config } = mergeLayers([layer('platform', platform), layer('environment', environment), layer('project', project)]);
      expect(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]))).toEqual({ ...platform, ...environment, ...project });
    }));
  });
});
