import { z } from 'zod';
import type { Batch, Host } from './batch.js';
import { fileName, folder } from './schemas.js';
import { arg, sh, type Text } from './text.js';
import { unless } from './unless.js';

/** Keys of the configuration that say where an artifact comes from and where it goes. Spread them into `z.object({…})`. */
export const artifactKeys = {
  version: fileName().optional().meta({ description: 'File name of the artifact, <prefix>-<build>.tar.gz.' }),
  rollback_version: fileName().optional().meta({ description: 'What a rollback goes to.' }),
  bizeye_folder: z.string().optional().meta({ description: 'Folder on the artifact server; upper-cased in the address.' }),
  repo_dir: folder().meta({ description: 'Folder on the host that keeps the downloads. Who else may write there decides what is installed: let it belong to the user that runs the commands.' }),
  context_dir: folder().meta({ description: 'Folder of the installed application.' }),
  unpack_dir: z.string().optional().meta({ description: 'Folder to unpack into; default context_dir.' }),
  rm_context: z.boolean().default(false).meta({ description: 'Empty context_dir before unpacking.' }),
  set_mmytu: z.boolean().default(true).meta({ description: 'Set the owner of context_dir (when set_owner is given).' }),
  set_owner: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/).optional().meta({ description: 'Owner and group of context_dir.' }),
  checksum: z.enum(['sha256', 'md5']).default('sha256').meta({ description: 'Kind of the checksum file beside the artifact.' }),
  keep_builds: z.int().min(1).default(3).meta({ description: 'Newest downloads that are kept on a host.' }),
};

const settings = z.object(artifactKeys);
export type ArtifactSettings = z.infer<typeof settings>;

/** Makes the repository folder, downloads the artifact from the zone's server and checks its checksum. Nothing is removed. May run twice. */
export async function fetchArtifact(batch: Batch, settings: ArtifactSettings, server: string): Promise<void> {
  const { repo_dir: repo, checksum } = settings;
  const address = (host: Host) => [server, settings.bizeye_folder?.toUpperCase().replace(/^\/+|\/+$/g, ''), encodeURIComponent(versionOf(host))].filter(Boolean).join('/');
  await batch.run('make repository folder', sh`mkdir -p ${arg(repo)}`, { onLost: 'retry' });
  await batch.run('download', (host) => download(address(host), downloaded(settings, host)), { onLost: 'retry', within: '30m' });
  await batch.run('check checksum', (host) => {
    const file = downloaded(settings, host);
    const sum = `${file}.${checksum}`;
    const one = unless(sh`[ "$(grep -c . ${arg(sum)})" != 1 ]`, `${sum} has not one line: which one counts?`);
    return sh`${download(`${address(host)}.${checksum}`, sum)} && ${one} && printf '%s  %s\\n' "$(cut -d ' ' -f 1 ${arg(sum)})" ${arg(file)} | ${checker(checksum)}`;
  }, { onLost: 'retry' });
}

/** Empties the context folder if asked to, unpacks, and sets the owner. Only after `fetchArtifact`. */
export async function unpackArtifact(batch: Batch, settings: ArtifactSettings): Promise<void> {
  const { context_dir: context, unpack_dir: target = context } = settings;
  if (settings.rm_context) await batch.run('clear context folder', sh`rm -rf ${arg(context)} && mkdir -p ${arg(context)}`, { onLost: 'retry' });
  await batch.run('unpack', (host) => sh`mkdir -p ${arg(context)} && ${unpack(downloaded(settings, host), target)}`, { onLost: 'retry', within: '30m' });
  const { set_owner: owner } = settings;
  if (settings.set_mmytu && owner) await batch.run('set owner', sh`chown -R ${arg(`${owner}:${owner}`)} ${arg(context)}`, { onLost: 'retry' });
}

/** Keeps the newest downloads by build number, and always the live one. What goes wrong here costs nothing. */
export async function cleanOldBuilds(batch: Batch, settings: ArtifactSettings): Promise<void> {
  const { repo_dir: repo, checksum } = settings;
  const listed = await batch.run('list old builds', (host) => {
    const build = buildOf(versionOf(host));
    return build && sh`ls -1 ${arg(repo)} | sed -n ${arg(`s/^${escaped(build.prefix)}-\\([0-9][0-9]*\\)${escaped(build.suffix)}$/\\1/p`)} | sort -rn | tail -n ${arg(`+${settings.keep_builds + 1}`)} | head -n 100`;
  }, { channel: 'fast', onLost: 'retry', onFailure: 'keep' });
  await batch.run('clean old builds', (host) => {
    const build = buildOf(versionOf(host));
    const numbers = (listed[host.name]?.tail ?? '').split('\n').map((line) => line.trim()).filter((line) => /^\d+$/.test(line));
    const files = numbers.map((number) => `${build?.prefix}-${number}${build?.suffix}`).filter((file) => file !== versionOf(host));
    if (files.length === 0) return undefined;
    return sh`rm -f ${arg(files.flatMap((file) => [`${repo}/${file}`, `${repo}/${file}.${checksum}`]))}`;
  }, { onLost: 'retry', onFailure: 'keep' });
}

/** `shop-2.tar.gz` → prefix `shop`, build 2, suffix `.tar.gz`; undefined where the name has no build number. */
export function buildOf(version: string): { prefix: string; build: number; suffix: string } | undefined {
  const found = /^(.+)-(\d+)((?:\.[A-Za-z][A-Za-z0-9]*)*)$/.exec(version);
  return found ? { prefix: found[1]!, build: Number(found[2]), suffix: found[3]! } : undefined;
}

function versionOf(host: Host): string {
  if (host.version === undefined) throw new Error(`It is not known which version ${host.name} is to get: give "version".`);
  return host.version;
}

const downloaded = (settings: ArtifactSettings, host: Host): string => `${settings.repo_dir.replace(/\/+$/, '')}/${versionOf(host)}`;

/** Under another name until it is whole. Nothing in the address stands for several (`[1-3]`). */
function download(address: string, file: string): Text {
  const [url, part] = [arg(address), arg(`${file}.part`)];
  return sh`if command -v curl >/dev/null 2>&1; then curl -fsSL --globoff -o ${part} ${url}; else wget -q -O ${part} ${url}; fi && mv -f ${part} ${arg(file)}`;
}

function checker(checksum: ArtifactSettings['checksum']): Text {
  return checksum === 'md5' ? sh`md5sum -c -` : sh`{ if command -v sha256sum >/dev/null 2>&1; then sha256sum -c -; else shasum -a 256 -c -; fi; }`;
}

function unpack(file: string, target: string): Text {
  if (/\.(tar\.gz|tgz)$/.test(file)) return sh`tar -xzf ${arg(file)} -C ${arg(target)}`;
  if (/\.tar$/.test(file)) return sh`tar -xf ${arg(file)} -C ${arg(target)}`;
  if (/\.zip$/.test(file)) return sh`unzip -oq ${arg(file)} -d ${arg(target)}`;
  return sh`cp ${arg(file)} ${arg(`${target.replace(/\/+$/, '')}/`)}`;
}

const escaped = (text: string): string => text.replace(/[.[\]*^$\\/]/g, '\\$&');
