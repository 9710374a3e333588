import { setTimeout as sleep } from 'node:timers/promises';
import type { HostResult } from '@edge/contracts';
import type { ShellFile } from '@edge/ports';
import { ConnectFailure } from '../connect/connect-failure.js';
import type { HostLink } from '../exec/host-link.js';
import { resultOf } from '../exec/host-result.js';
import type { UploadRequest } from '../host-scripts/upload-command.js';
import { type Sent, sendFile } from './send-file.js';
import { whyRefused } from './why-refused.js';

export type UploadOptions = Pick<UploadRequest, 'realFolders' | 'jobsFolder'>;

// Attempts in a row that brought the host nothing new.
const mostVain = 4;

/** Sends the bytes to a temporary file beside the goal, checks them there, sets mode and owner, then renames. A broken line is gone on from where it broke. */
export async function upload(file: ShellFile, link: HostLink, options: UploadOptions = {}): Promise<HostResult> {
  const refused = whyRefused(file);
  if (refused) return resultOf('upload-failed', refused);
  let furthest = -1;
  for (let vain = 0; ;) {
    const sent = await attempt(file, link, options);
    if (!(sent instanceof Error)) return sent;
    const { said } = sent;
    vain = said.at > furthest ? 0 : vain + 1;
    furthest = Math.max(furthest, said.at);
    if (vain >= mostVain || !mayGoOn(file, said)) return resultOf('upload-failed', `${file.path}: ${said.words}`);
    await sleep(Math.min(2000, 100 * 2 ** vain));
  }
}

/** It broke off, or what an earlier attempt had left did not fit: worth another attempt. */
class Unfinished extends Error {
  constructor(readonly said: Sent) {
    super(said.words);
  }
}

async function attempt(file: ShellFile, link: HostLink, options: UploadOptions): Promise<HostResult | Unfinished> {
  const marker = link.newMarker();
  try {
    const sent = await link.onChannel((connection) => sendFile(file, { ...options, connection, marker }));
    if (sent.words === 'ok') return { ...resultOf('exit'), code: 0 };
    if (sent.words.includes('No space')) return resultOf('disk-full', sent.words);
    const again = sent.broken || (sent.at > 0 && sent.words.startsWith('checksum mismatch'));
    return again ? new Unfinished(sent) : resultOf('upload-failed', `${file.path}: ${sent.words}`);
  } catch (error) {
    if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
    throw error;
  }
}

/** A stream can be read only once. */
function mayGoOn({ content }: ShellFile, { touched }: Sent): boolean {
  return !touched || content instanceof Uint8Array || typeof content === 'function';
}
