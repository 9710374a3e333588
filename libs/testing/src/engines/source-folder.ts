import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The folder of this library in the checkout, for what is no TypeScript (build files, Java). Found from the place of the running file upwards, because a bundled
 * program lies elsewhere in the checkout.
 */
export async function sourceFolder(...parts: string[]): Promise<string> {
  let folder = import.meta.dirname;
  while (!(await isCheckout(folder))) {
    if (dirname(folder) === folder) throw new Error(`No checkout of Edge above ${import.meta.dirname}.`);
    folder = dirname(folder);
  }
  return join(folder, 'libs/testing/src/engines', ...parts);
}

async function isCheckout(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { name?: string }).name === '@edge/root';
}
