import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { hasGlob, isFromNetwork, shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { reachOf } from '../words/protected-trees.js';
import { checkWrite } from './check-write.js';
import { hasLong, readOptions } from './options.js';

const guard = 'Name a folder of the application, and guard variables: rm -rf "${DIR:?}"/cache';

export function checkRemoving({ args, cwd, name, scene }: Invocation): Finding | undefined {
  const options = readOptions(args);
  if (hasLong(options, 'no-preserve-root') && options.long.some((long) => long.startsWith('no-p'))) return deny('no-preserve-root', 'The guard against removing / is switched off.', guard);
  const recursive = name === 'rmdir' || /[rR]/.test(options.letters) || hasLong(options, 'recursive') || args.some((arg) => arg.startsWith('-') && /[\uE000-\uE006]/.test(arg));
  return first(options.operands, (path) => (name === 'rmdir' && isEmptiedInEtc(path, cwd) ? undefined : recursive ? removeTree(path, cwd) : removeFile(path, cwd)), scene.shared.halted);
}

function first(paths: string[], check: (path: string) => Finding | undefined, halted: boolean): Finding | undefined {
  if (halted) return undefined;
  const found = paths.map(check).filter((finding) => finding !== undefined);
  return found.find((finding) => finding.verdict === 'deny') ?? found[0];
}

/** Where files may be written, a folder of theirs may go when it is empty; `mv` is judged so, too. */
const isEmptiedInEtc = (path: string, cwd: string): boolean => /^\/etc\/./.test(absolutePath(path, cwd)) && checkWrite(path, { cwd, how: 'remove' }) === undefined;

function removeTree(path: string, cwd: string): Finding | undefined {
  if (path === '') return undefined;
  const reach = reachOf(path, cwd);
  if (reach.kind === 'system') return deny('rm-system', `This removes ${reach.what}.`, guard);
  if (isFromNetwork(path)) return deny('rm-unresolved', 'What is removed is decided by the network.', guard);
  const trace = checkWrite(path, { cwd, how: 'remove' });
  if (trace && trace.rule !== 'write-unresolved') return trace;
  if (reach.kind === 'unknown') return path.startsWith('/') ? approve('rm-unresolved', `What is removed is not known: ${shown(path)}`, guard) : deny(/^[\uE000-\uE003]$/.test(path) ? 'rm-system' : 'rm-unresolved', `What is removed is not known, it may be everything: ${shown(path)}`, guard);
  return reach.kind === 'top' ? approve('rm-system', `${shown(reach.what)} lies directly under /.`, guard) : undefined;
}

/** Single files: what may not be written may not be removed. */
function removeFile(path: string, cwd: string): Finding | undefined {
  if (path === '') return undefined;
  const finding = checkWrite(path, { cwd, how: 'remove' });
  if (finding) return finding.rule === 'write-unresolved' ? approve('rm-unresolved', finding.detail, guard) : finding.verdict === 'approve' ? finding : { ...finding, rule: finding.rule === 'system-file-write' ? 'rm-system' : finding.rule };
  const reach = reachOf(path, cwd);
  if (!hasGlob(path) || reach.kind !== 'system') return reach.kind === 'system' && /^\/(?:var\/lib|root|run\/systemd|var\/run\/systemd|var\/mail|var\/backups)/.test(reach.what) ? approve('rm-system', `${shown(path)} belongs to the system.`, guard) : undefined;
  return approve('rm-system', `This removes files of ${reach.what}.`, guard);
}

/** shred, wipe, srm: files are gone for good, devices too. */
export function checkShredding(call: Invocation): Finding | undefined {
  const { operands, letters, long } = readOptions(call.args, 'ns');
  const found = operands.map((path) => checkWrite(path, { cwd: call.cwd, how: 'remove' }) ?? undefined).find((finding) => finding !== undefined);
  if (found) return found;
  return /[rR]/.test(letters) || long.includes('recursive') ? first(operands, (path) => removeTree(path, call.cwd), false) : undefined;
}
