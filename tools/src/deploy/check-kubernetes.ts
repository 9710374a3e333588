import type { Container, Deployment, KubernetesObject, NetworkPolicy, PodSpec, Probe } from './kubernetes-objects.js';
import { isUnknownSetting, secretSettings, servicePorts } from './known-settings.js';

/** What is wrong with a rendered set of objects, one sentence each. */
export function checkKubernetes(objects: KubernetesObject[]): string[] {
  const deployments = objects.filter((object): object is Deployment => object.kind === 'Deployment');
  const names = deployments.map(({ metadata }) => metadata.name);
  return [
    ...Object.keys(servicePorts).filter((name) => !names.includes(name)).map((name) => `${name}: is missing`),
    ...deployments.flatMap((deployment) => [...deploymentWrong(deployment), ...companions(deployment, objects)].map((wrong) => `${deployment.metadata.name}: ${wrong}`)),
    ...literalSecrets(objects),
    ...scaling(objects, deployments),
    ...(objects.some(deniesAll) ? [] : ['no policy denies what is not allowed']),
  ];
}

function deploymentWrong({ metadata: { name }, spec: { template } }: Deployment): string[] {
  const pod = template.spec;
  return [...podWrong(pod), ...pod.containers.flatMap((container) => [...containerWrong(container), ...settingsWrong(container), ...probesWrong(container)]), ...portWrong(name, pod)];
}

function podWrong(pod: PodSpec): string[] {
  const wrong: string[] = [];
  if (pod.securityContext?.runAsNonRoot !== true || !pod.securityContext.runAsUser) wrong.push('may run as root');
  if (pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault') wrong.push('has no seccomp profile');
  if (pod.automountServiceAccountToken !== false) wrong.push('gets a token of the API server');
  if ((pod.terminationGracePeriodSeconds ?? 30) < 40) wrong.push('is killed before it has drained');
  if (pod.hostNetwork || pod.hostPID || pod.volumes?.some((volume) => volume.hostPath)) wrong.push('reaches into its node');
  const spread = (pod.topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey);
  for (const key of ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']) if (!spread.includes(key)) wrong.push(`is not spread over ${key}`);
  return wrong;
}

function containerWrong({ securityContext, resources, image }: Container): string[] {
  const wrong: string[] = [];
  if (securityContext?.runAsNonRoot !== true) wrong.push('a container may run as root');
  if (securityContext?.readOnlyRootFilesystem !== true) wrong.push('a root may be written');
  if (securityContext?.allowPrivilegeEscalation !== false || securityContext.privileged) wrong.push('a container may gain privileges');
  if (!securityContext?.capabilities?.drop?.includes('ALL') || securityContext.capabilities.add?.length) wrong.push('a container keeps capabilities');
  if (!resources?.requests?.cpu || !resources.requests.memory || !resources.limits?.memory) wrong.push('a container does not say what it needs');
  if (/:latest$/.test(image)) wrong.push('an image has no version');
  return wrong;
}

function settingsWrong({ env = [] }: Container): string[] {
  return env.flatMap(({ name, value, valueFrom }) => {
    const unknown = isUnknownSetting(name) ? [`${name} is no setting`] : [];
    const literal = secretSettings.includes(name) && (value !== undefined || !valueFrom?.secretKeyRef);
    return literal ? [...unknown, `${name} is not taken from a Secret`] : unknown;
  });
}

function probesWrong({ startupProbe, livenessProbe, readinessProbe }: Container): string[] {
  const asks = (probe: Probe | undefined, path: string) => probe?.httpGet?.path === path && probe.httpGet.scheme === 'HTTPS';
  const wrong: string[] = [];
  if (!asks(startupProbe, '/livez')) wrong.push('has no startup probe');
  if (!asks(livenessProbe, '/livez')) wrong.push('has no liveness probe, or one that asks engines');
  if (!asks(readinessProbe, '/readyz')) wrong.push('has no readiness probe');
  return wrong;
}

function portWrong(name: string, { containers }: PodSpec): string[] {
  const port = servicePorts[name];
  const [container] = containers;
  const set = container?.env?.find((entry) => entry.name === 'EDGE_PORT')?.value;
  const right = set === String(port) && container?.ports?.[0]?.containerPort === port && container?.command?.at(-1) === `apps/${name}/dist/main.js`;
  return right ? [] : [`starts another program or listens on another port than ${port}`];
}

/** A service, a budget and a policy for each deployment, that select its pods. */
function companions({ metadata, spec }: Deployment, objects: KubernetesObject[]): string[] {
  const mine = spec.template.metadata.labels;
  const selects = (labels: Record<string, string> = {}) => Object.keys(labels).length > 0 && Object.entries(labels).every(([key, value]) => mine[key] === value);
  const has = (kind: string, labelsOf: (object: KubernetesObject) => Record<string, string> | undefined) => objects.some((object) => object.kind === kind && object.metadata.name === metadata.name && selects(labelsOf(object)));
  const wrong: string[] = [];
  if (!has('PodDisruptionBudget', (object) => (object as Deployment).spec.selector.matchLabels)) wrong.push('has no disruption budget');
  if (!has('NetworkPolicy', (object) => (object as NetworkPolicy).spec.podSelector.matchLabels)) wrong.push('has no network policy');
  if (!has('Service', (object) => (object as unknown as { spec: { selector: Record<string, string> } }).spec.selector)) wrong.push('has no service');
  return wrong;
}

function literalSecrets(objects: KubernetesObject[]): string[] {
  const secrets = objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => `${metadata.name}: a Secret lies in this repository`);
  const told = objects.filter(({ kind }) => kind === 'ConfigMap').flatMap(({ metadata, data = {} }) => Object.keys(data).flatMap((name) => {
    if (isUnknownSetting(name)) return [`${metadata.name}: ${name} is no setting`];
    return secretSettings.includes(name) ? [`${metadata.name}: ${name} is not taken from a Secret`] : [];
  }));
  return [...secrets, ...told];
}

/** Executors follow the lag of their group; a number of replicas beside that would fight with KEDA. */
function scaling(objects: KubernetesObject[], deployments: Deployment[]): string[] {
  const scaled = objects.find(({ kind }) => kind === 'ScaledObject') as { spec?: { scaleTargetRef: { name: string }; maxReplicaCount: number; triggers: { type: string; metadata: Record<string, string>; authenticationRef?: object }[] } } | undefined;
  const trigger = scaled?.spec?.triggers.find(({ type }) => type === 'kafka');
  const wrong: string[] = [];
  if (scaled?.spec?.scaleTargetRef.name !== 'executor' || trigger?.metadata.consumerGroup !== 'edge-executor' || trigger.metadata.topic !== 'edge.commands') wrong.push('executor: is not scaled by the lag of edge-executor on edge.commands');
  if (trigger && !trigger.authenticationRef) wrong.push('executor: its scaler has no credentials by reference');
  if (deployments.find(({ metadata }) => metadata.name === 'executor')?.spec.replicas !== undefined) wrong.push('executor: has a fixed number of replicas');
  return wrong;
}

function deniesAll(object: KubernetesObject): boolean {
  if (object.kind !== 'NetworkPolicy') return false;
  const { podSelector, policyTypes, ingress, egress } = (object as NetworkPolicy).spec;
  return Object.keys(podSelector).length === 0 && policyTypes.includes('Ingress') && policyTypes.includes('Egress') && !ingress && !egress;
}
