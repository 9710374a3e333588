import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './kubernetes-objects.js';

/** Every YAML document of a text, read as Kubernetes reads it (YAML 1.1: `0440` is octal). @throws Error that names the place of the first mistake */
export function parseYaml<T>(text: string, name: string): T[] {
  return parseAllDocuments(text, { merge: true, version: '1.1' }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${name}: ${error.message}`);
    const value = document.toJS() as T | null;
    return value === null ? [] : [value];
  });
}

/** All objects of a folder's files as they are written, kustomizations left out. */
export function writtenObjects(folder: string): KubernetesObject[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml').sort();
  return files.flatMap((name) => parseYaml<KubernetesObject>(readFileSync(join(folder, name), 'utf8'), name));
}

/** What kustomize makes of an overlay, by kustomize itself or the one inside kubectl; undefined where neither is installed. */
export function renderedObjects(folder: string): KubernetesObject[] | undefined {
  for (const [program, ...args] of [['kustomize', 'build'], ['kubectl', 'kustomize']] as const) {
    const run = spawnSync(program, [...args, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
    if (run.error) continue;
    if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
    return parseYaml<KubernetesObject>(run.stdout, folder);
  }
  return undefined;
}
