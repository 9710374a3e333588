import type { HostResult } from '@edge/contracts';
import type { ShellFile } from '@edge/ports';
import { ConnectFailure } from '../connect/connect-failure.js';
import type { Connection } from '../connect/connection.js';
import { uploadCommand } from '../host-scripts/upload-command.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';

/** Sends the bytes to a temporary file beside the goal, checks them there, sets mode and owner, then renames. */
export async function upload(file: ShellFile, link: HostLink): Promise<HostResult> {
  const refused = whyRefused(file);
  if (refused) return resultOf('upload-failed', refused);
  const marker = link.newMarker();
  try {
    const words = await link.onChannel((connection) => send(file, connection, marker));
    if (words === 'ok') return { ...resultOf('exit'), code: 0 };
    if (words.includes('No space')) return resultOf('disk-full', words);
    return resultOf('upload-failed', `${file.path}: ${words}`);
  } catch (error) {
    if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
    throw error;
  }
}

function whyRefused(file: ShellFile): string | undefined {
  if (!file.path.startsWith('/') && !file.path.startsWith('~/')) return `${file.path} is not an absolute path.`;
  if (file.path.includes('\0') || file.path.split('/').includes('..')) return `${file.path} leads out of its folder.`;
  if (!/^[0-9a-f]{64}$/.test(file.sha256)) return 'The SHA-256 is not 64 hexadecimal digits.';
  if (file.owner !== undefined && !/^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/.test(file.owner)) return `${file.owner} is no owner.`;
  return undefined;
}

/** Resolves with `ok` or with what went wrong. */
async function send(file: ShellFile, connection: Connection, marker: string): Promise<string> {
  const channel = await connection.exec(uploadCommand(file, marker), 10_000);
  const said: Buffer[] = [];
  channel.on('data', (bytes: Buffer) => said.push(bytes));
  channel.stderr.on('data', (bytes: Buffer) => said.push(bytes));
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  const broken = new Promise<void>((resolve) => connection.whenEnded(() => resolve()));
  const gone = Promise.race([closed, broken]);
  let open = true;
  void gone.then(() => { open = false; });
  for await (const bytes of pieces(file.content)) {
    if (!open) break;
    if (!channel.write(bytes)) await Promise.race([new Promise((go) => channel.once('drain', go)), gone]);
  }
  channel.end();
  await gone;
  const text = Buffer.concat(said).toString('utf8');
  const line = text.split('\n').find((one) => one.startsWith(`${marker} `));
  return line?.slice(marker.length + 1).trim() ?? (text.trim().slice(-300) || connection.ended || 'The host said nothing.');
}

async function* pieces(content: ShellFile['content']): AsyncIterable<Uint8Array> {
  if (!(content instanceof Uint8Array)) return yield* content;
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}
