import type { HostResult } from '@edge/contracts';
import { succeeded } from '@edge/contracts';
import type { ShellTree } from '@edge/ports';
import type { HostLink } from '../exec/host-link.js';
import { resultOf } from '../exec/host-result.js';
import { upload } from './upload.js';
import { foldersOf, whyTreeRefused } from './why-refused.js';

const atOnce = 4;

/** File after file, a few at once; those that are there already cost a look. Nothing is sent of a tree that may not be put there. */
export async function uploadTree({ host, path, owner, files }: ShellTree, link: HostLink, jobsFolder?: string): Promise<HostResult> {
  const refused = whyTreeRefused({ path, files });
  if (refused) return resultOf('upload-failed', refused);
  const waiting = [...files];
  let failure: HostResult | undefined;
  const worker = async () => {
    for (let file = waiting.shift(); file && !failure; file = waiting.shift()) {
      const result = await upload({ ...file, host, path: `${path}/${file.path}`, ...(owner ? { owner } : {}) }, link, { jobsFolder, realFolders: foldersOf(file.path).map((folder) => `${path}/${folder}`) });
      if (!succeeded(result)) failure ??= result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, worker));
  return failure ?? { ...resultOf('exit', `${files.length} files are there.`), code: 0 };
}
