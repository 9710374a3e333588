import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { topics } from '@edge/contracts';
import { checkKubernetes } from './check-kubernetes.js';
import type { Container, Deployment, KubernetesObject, NetworkPolicy, PodSpec } from './kubernetes-objects.js';
import { renderedObjects, writtenObjects } from './read-manifests.js';
import { renderOverlay } from './render-overlay.js';
import { refusedBySchema, schemaValidator } from './validate-schemas.js';

const folder = (name: string): string => fileURLToPath(new URL(`../../../k8s/${name}`, import.meta.url));
const base = (): KubernetesObject[] => writtenObjects(folder('base'));
const dev = renderOverlay(folder('overlays/dev'));
const production = renderOverlay(folder('overlays/production'));
const byKustomize = renderedObjects(folder('overlays/dev')) && { dev: renderedObjects(folder('overlays/dev'))!, production: renderedObjects(folder('overlays/production'))! };
const schemas = await schemaValidator().catch((error: Error) => error);

const pod = (objects: KubernetesObject[], name: string): PodSpec => deployment(objects, name).spec.template.spec;
function deployment(objects: KubernetesObject[], name: string): Deployment {
  return objects.find((object) => object.kind === 'Deployment' && object.metadata.name === name) as Deployment;
}
const planted = (plant: (objects: KubernetesObject[]) => void): string[] => {
  const objects = base();
  plant(objects);
  return checkKubernetes(objects);
};
const inContainer = (plant: (container: Container) => void): string[] => planted((objects) => plant(pod(objects, 'config').containers[0] as Container));
const without = (kind: string, name: string): string[] => checkKubernetes(base().filter((object) => object.kind !== kind || object.metadata.name !== name));

describe('k8s/base', () => {
  it('confines, probes, spreads, budgets and fences every service', () => {
    expect(checkKubernetes(base())).toEqual([]);
  });

  it('does not pass with a pod that may do more', () => {
    expect(inContainer((container) => { container.securityContext = { ...container.securityContext, runAsNonRoot: false }; })).toEqual(['config: a container may run as root']);
    expect(inContainer((container) => { container.securityContext = { ...container.securityContext, readOnlyRootFilesystem: false }; })).toEqual(['config: a root may be written']);
    expect(inContainer((container) => { container.securityContext = { ...container.securityContext, capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }; })).toEqual(['config: a container keeps capabilities']);
    expect(inContainer((container) => { container.securityContext = { ...container.securityContext, allowPrivilegeEscalation: true }; })).toEqual(['config: a container may gain privileges']);
    expect(planted((objects) => { pod(objects, 'acl').securityContext = {}; })).toEqual(['acl: may run as root', 'acl: has no seccomp profile']);
    expect(planted((objects) => { pod(objects, 'acl').hostNetwork = true; })).toEqual(['acl: reaches into its node']);
    expect(planted((objects) => { delete pod(objects, 'acl').automountServiceAccountToken; })).toEqual(['acl: gets a token of the API server']);
  });

  it('does not pass with a pod that cannot be watched, moved or drained', () => {
    expect(inContainer((container) => { delete container.startupProbe; })).toEqual(['config: has no startup probe']);
    expect(inContainer((container) => { container.livenessProbe = { httpGet: { path: '/readyz', scheme: 'HTTPS' } }; })).toEqual(['config: has no liveness probe, or one that asks engines']);
    expect(inContainer((container) => { delete container.readinessProbe; })).toEqual(['config: has no readiness probe']);
    expect(inContainer((container) => { container.resources = {}; })).toEqual(['config: a container does not say what it needs']);
    expect(planted((objects) => { delete pod(objects, 'executor').terminationGracePeriodSeconds; })).toEqual(['executor: is killed before it has drained']);
    expect(planted((objects) => { pod(objects, 'gateway').topologySpreadConstraints?.shift(); })).toEqual(['gateway: is not spread over topology.kubernetes.io/zone']);
    expect(without('PodDisruptionBudget', 'gateway')).toEqual(['gateway: has no disruption budget']);
    expect(without('NetworkPolicy', 'gateway')).toEqual(['gateway: has no network policy']);
    expect(without('NetworkPolicy', 'default-deny')).toEqual(['no policy denies what is not allowed']);
    expect(without('Deployment', 'log-shipper')).toEqual(['log-shipper: is missing']);
  });

  it('takes no secret that is written down and names only settings that Edge has', () => {
    expect(inContainer((container) => container.env?.push({ name: 'EDGE_ADMIN_TOKEN', value: 'admin' }))).toEqual(['config: EDGE_ADMIN_TOKEN is not taken from a Secret']);
    expect(inContainer((container) => container.env?.push({ name: 'EDGE_DATABASE', value: 'x' }))).toEqual(['config: EDGE_DATABASE is no setting']);
    expect(planted((objects) => objects.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'edge-admin-token' } }))).toEqual(['edge-admin-token: a Secret lies in this repository']);
    expect(planted((objects) => objects.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, data: { EDGE_SERVICE_TOKEN: 'x' } }))).toEqual(['more: EDGE_SERVICE_TOKEN is not taken from a Secret']);
  });

  it('leaves the number of executors to the lag of their group', () => {
    expect(without('ScaledObject', 'executor')).toEqual(['executor: is not scaled by the lag of edge-executor on edge.commands']);
    expect(planted((objects) => { deployment(objects, 'executor').spec.replicas = 2; })).toEqual(['executor: has a fixed number of replicas']);
  });

  it('opens SSH for executors alone, and lets nobody but the gateway be reached from outside', () => {
    const policies = base().filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy' && object.metadata.name !== 'default-deny');
    const ssh = policies.filter(({ spec }) => JSON.stringify(spec.egress ?? []).includes('"port":22}')).map(({ metadata }) => metadata.name);
    const open = policies.filter(({ spec }) => (spec.ingress ?? []).some((rule) => !(rule as { from?: unknown }).from)).map(({ metadata }) => metadata.name);
    expect({ ssh, open }).toEqual({ ssh: ['executor'], open: ['gateway'] });
  });
});

describe('k8s/overlays', () => {
  it('keep what the base promises', () => {
    expect({ dev: checkKubernetes(dev), production: checkKubernetes(production) }).toEqual({ dev: [], production: [] });
  });

  it('put everything into one namespace that refuses pods which ask for more', () => {
    for (const [name, objects] of [['edge-dev', dev], ['edge', production]] as const) {
      const space = objects.find(({ kind }) => kind === 'Namespace');
      const elsewhere = objects.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== name);
      expect({ name: space?.metadata.name, enforce: space?.metadata.labels?.['pod-security.kubernetes.io/enforce'], elsewhere }).toEqual({ name, enforce: 'restricted', elsewhere: [] });
    }
  });

  it('run one of each for trying and three of each in production', () => {
    const replicas = (objects: KubernetesObject[]) => new Set(objects.filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name !== 'executor').map((object) => (object as Deployment).spec.replicas));
    expect([replicas(dev), replicas(production)]).toEqual([new Set([1]), new Set([3])]);
  });

  it('name a group and a topic that Edge really reads, and never more executors than the topic has partitions', () => {
    const executor = (file: string) => readFileSync(fileURLToPath(new URL(`../../../apps/executor/src/${file}`, import.meta.url)), 'utf8');
    for (const objects of [dev, production]) {
      const { triggers: [trigger], maxReplicaCount } = (objects.find(({ kind }) => kind === 'ScaledObject') as unknown as { spec: { triggers: { metadata: Record<string, string> }[]; maxReplicaCount: number } }).spec;
      const { topic, consumerGroup } = trigger!.metadata;
      expect(executor('commands.controller.ts')).toContain(`@EventPattern<string>('${topic}', { group: commandsGroup`);
      expect(executor('intake.ts')).toContain(`commandsGroup = '${consumerGroup}'`);
      expect(maxReplicaCount).toBeLessThanOrEqual(topics.commands.partitions);
    }
  });

  it('take every Secret by a name that docs/cluster.md tells', () => {
    const told = readFileSync(fileURLToPath(new URL('../../../docs/cluster.md', import.meta.url)), 'utf8');
    const names = [...JSON.stringify(production).matchAll(/"(?:secretKeyRef|secret)":\{[^{}]*?"(?:name|secretName)":"([^"]+)"/g)].map(([, name]) => name!.replace(/^(gateway|config|acl|orchestrator|executor|log-shipper)-/, '<service>-'));
    expect(names.length).toBeGreaterThan(10);
    expect([...new Set(names)].filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });
});

const withKustomize = byKustomize ? it : it.skip;
withKustomize(`k8s/overlays are rendered here as kustomize renders them${byKustomize ? '' : ' (kustomize: neither kustomize nor kubectl is installed)'}`, () => {
  const sorted = (objects: KubernetesObject[] = []) => objects.toSorted((a, b) => (`${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1));
  expect({ dev: sorted(dev), production: sorted(production) }).toEqual({ dev: sorted(byKustomize?.dev), production: sorted(byKustomize?.production) });
});

const withSchemas = schemas instanceof Error ? it.skip : it;
withSchemas(`k8s/overlays are valid by the schemas of Kubernetes, unknown fields included${schemas instanceof Error ? ` (${schemas.message})` : ''}`, async () => {
  expect(await Promise.all([dev, production].map((objects) => refusedBySchema(String(schemas), objects)))).toEqual([[], []]);
  const spoilt = structuredClone(production);
  Object.assign(deployment(spoilt, 'acl').spec, { replica: 3 });
  expect(await refusedBySchema(String(schemas), spoilt)).toEqual(expect.arrayContaining([expect.stringContaining("'replica' was unexpected")]));
}, 120_000);
