import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedFolder, findProgram, runProgram, Unavailable } from '@edge/testing/engines';
import { stringify } from 'yaml';
import type { KubernetesObject } from './kubernetes-objects.js';

const [validator, version] = ['kubernetes-validate', '1.37.0'];
/** The oldest and the newest Kubernetes that the manifests are held to. */
const majors = ['1.33', '1.37'];
/** Of KEDA, not of Kubernetes: their shapes are checked by check-kubernetes. */
const foreign = /^keda\.sh\//;

/** The folder of the schemas of Kubernetes itself and their validator, from PyPI, once per user. @throws Unavailable */
export async function schemaValidator(): Promise<string> {
  const python = await findProgram('python3');
  return cachedFolder(`${validator}-${version}`, async (folder) => {
    await runProgram(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--only-binary=:all:', '--target', folder, `${validator}==${version}`]);
  });
}

/** What Kubernetes would refuse of these objects, unknown fields included: one sentence each, none when all may pass. */
export async function refusedBySchema(packages: string, objects: KubernetesObject[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-schema-'));
  const file = join(folder, 'objects.yaml');
  try {
    await writeFile(file, objects.filter(({ apiVersion }) => !foreign.test(apiVersion)).map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`).join(''));
    await runProgram(await findProgram('python3'), ['-m', 'kubernetes_validate', '--strict', '--quiet', ...majors.flatMap((one) => ['-k', one]), file], { env: { PYTHONPATH: packages } });
    return [];
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return error.message.split(' | ').map((line) => line.replace(`${file} `, ''));
  } finally {
    await rm(folder, { recursive: true });
  }
}
