import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './kubernetes-objects.js';
import { parseYaml } from './read-manifests.js';

interface Operation { op: string; path: string; value?: unknown }
interface Kustomization {
  namespace?: string;
  resources?: string[];
  images?: { name: string; newName?: string; newTag?: string }[];
  replicas?: { name: string; count: number }[];
  labels?: { pairs: Record<string, string>; includeTemplates?: boolean }[];
  patches?: { target: { kind: string; name?: string }; patch: string }[];
}
interface Field { [key: string]: unknown }

const used = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'replicas', 'labels', 'patches']);

/** What kustomize makes of a folder, as far as this repository uses it: for machines that have no kustomize. @throws Error at anything else */
export function renderOverlay(folder: string): KubernetesObject[] {
  const [kustomization = {}] = parseYaml<Kustomization>(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'), folder);
  const unknown = Object.keys(kustomization).filter((name) => !used.has(name));
  if (unknown.length > 0) throw new Error(`${folder}: ${unknown.join(', ')} is not rendered without kustomize`);
  const objects = (kustomization.resources ?? []).flatMap((resource) => resourceOf(join(folder, resource)));
  for (const { pairs, includeTemplates } of kustomization.labels ?? []) for (const object of objects) label(object, { pairs, includeTemplates });
  for (const { name, newName, newTag } of kustomization.images ?? []) for (const object of objects) retag(object, { name, to: `${newName ?? name}:${newTag ?? 'latest'}` });
  for (const { name, count } of kustomization.replicas ?? []) set(only(objects, { kind: 'Deployment', name }), ['spec', 'replicas'], count);
  for (const { target, patch } of kustomization.patches ?? []) for (const object of objects.filter((one) => fits(one, target))) for (const operation of parseYaml<Operation[]>(patch, folder).flat()) apply(object, operation);
  for (const object of objects) if (kustomization.namespace) place(object, kustomization.namespace);
  return objects;
}

function resourceOf(path: string): KubernetesObject[] {
  return existsSync(join(path, 'kustomization.yaml')) ? renderOverlay(path) : parseYaml<KubernetesObject>(readFileSync(path, 'utf8'), path);
}

const fits = ({ kind, metadata }: KubernetesObject, target: { kind: string; name?: string }): boolean => kind === target.kind && (target.name === undefined || metadata.name === target.name);

function only(objects: KubernetesObject[], target: { kind: string; name: string }): KubernetesObject {
  const found = objects.filter((object) => fits(object, target));
  if (found.length !== 1) throw new Error(`${target.kind} ${target.name} is there ${found.length} times`);
  return found[0]!;
}

function label(object: KubernetesObject, { pairs, includeTemplates }: { pairs: Record<string, string>; includeTemplates?: boolean | undefined }): void {
  object.metadata.labels = { ...object.metadata.labels, ...pairs };
  const template = at(object, ['spec', 'template', 'metadata']);
  if (includeTemplates && template) template.labels = { ...(template.labels as object), ...pairs };
}

function retag(object: KubernetesObject, { name, to }: { name: string; to: string }): void {
  const containers = (at(object, ['spec', 'template', 'spec'])?.containers ?? []) as { image: string }[];
  for (const container of containers) if (container.image.replace(/:[^/]*$/, '') === name) container.image = to;
}

/** Only `replace`: it needs what it replaces, so a patch that has lost its place fails. */
function apply(object: KubernetesObject, { op, path, value }: Operation): void {
  const keys = path.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const parent = at(object, keys.slice(0, -1));
  if (op !== 'replace' || !parent || !(keys.at(-1)! in parent)) throw new Error(`${object.kind} ${object.metadata.name}: ${op} ${path} has no place`);
  parent[keys.at(-1)!] = value;
}

function set(object: KubernetesObject, keys: string[], value: unknown): void {
  const parent = at(object, keys.slice(0, -1));
  if (parent) parent[keys.at(-1)!] = value;
}

function place(object: KubernetesObject, namespace: string): void {
  if (object.kind === 'Namespace') object.metadata.name = namespace;
  else object.metadata.namespace = namespace;
}

function at(object: object, keys: string[]): Field | undefined {
  return keys.reduce<Field | undefined>((found, key) => found?.[key] as Field | undefined, object as Field);
}
