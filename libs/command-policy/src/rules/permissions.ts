import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { reachOf } from '../words/protected-trees.js';
import { checkWrite } from './check-write.js';
import { setsId } from './moving.js';
import { hasLong, readOptions } from './options.js';

/** chmod, chown, chgrp, chattr, setfacl: on trees of the system, on its files, and rights that outlive the action. */
export function checkPermissions({ name, args, cwd }: Invocation): Finding | undefined {
  const own = args.filter((arg) => !(name === 'chmod' && /^-[rwxXst]+$/.test(arg)) && !(name === 'chattr' && /^[-+=][a-zA-Z]+$/.test(arg) && !/^-[RVfvp]+$/.test(arg)));
  const options = readOptions(own, name === 'setfacl' ? 'mxMX' : 'pv', ['reference', 'from']);
  const recursive = /R/.test(options.letters) || hasLong(options, 'recursive');
  const hasMode = name === 'setfacl' || name === 'chattr' || own.length < args.length || hasLong(options, 'reference');
  const [first = '', ...rest] = options.operands;
  const paths = hasMode ? options.operands : rest;
  const mode = hasMode ? args.filter((arg) => /^[-+=]/.test(arg)).join('') : first;
  const found = paths.map((path) => (recursive ? onTree(path, cwd) : onFile(path, { cwd, name, mode })));
  const worst = found.find((finding) => finding?.verdict === 'deny') ?? found.find(Boolean);
  if (worst) return worst;
  return name === 'chmod' && setsId(mode) && !/^2/.test(mode) && !/g\+s/.test(mode) ? deny('perm-setuid', `Mode ${shown(mode)} lets a program run with the rights of its owner.`) : undefined;
}

export function checkCapabilities({ args }: Invocation): Finding | undefined {
  return args[0] === '-r' || args[0] === '-v' ? undefined : deny('perm-setuid', 'A program would get rights of root.');
}

function onTree(path: string, cwd: string): Finding | undefined {
  const reach = reachOf(path, cwd);
  if (reach.kind === 'system') return absolutePath(path, cwd).startsWith('/home/\uE007') ? undefined : deny('perm-recursive-system', `This changes the rights of ${reach.what}.`, 'Name a folder of the application.');
  if (reach.kind === 'unknown') return deny('perm-recursive-system', `Whose rights are changed is not known: ${shown(path)}`, 'Guard the variable: "${DIR:?}"/data');
  return reach.kind === 'top' ? approve('perm-recursive-system', `${shown(reach.what)} lies directly under /.`) : undefined;
}

function onFile(path: string, { cwd, name, mode }: { cwd: string; name: string; mode: string }): Finding | undefined {
  const full = absolutePath(path, cwd);
  if (/^(?:\/home\/[^/]+|\/root)\/\.ssh(?:\/[\w.-]+)?$/.test(full) && name === 'chmod' && /^0?[4-7]00$/.test(mode)) return undefined;
  if (/^\/(?:etc|usr|bin|sbin|lib|lib64|boot|dev|proc|sys|var|root|home|tmp|run|opt|srv|usr\/local|var\/log|var\/lib|)$/.test(full)) return deny('perm-system', `This changes the rights of ${full}.`);
  const finding = checkWrite(path, { cwd, how: 'edit' });
  if (!finding || (finding.rule === 'write-unresolved' && finding.verdict === 'approve')) return finding;
  return finding.verdict === 'deny' ? { ...finding, rule: 'perm-system' } : finding;
}
