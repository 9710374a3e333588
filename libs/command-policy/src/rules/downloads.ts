import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { checkWrite } from './check-write.js';
import { isSecret } from './secrets.js';

/** Where a download goes, by its options. */
export function downloadTargets({ name, args }: Pick<Invocation, 'name' | 'args'>): string[] {
  const targets: string[] = [];
  const file = name === 'curl' ? /^(?:-[a-zA-Z]*o|--output|-D|--dump-header|-c|--cookie-jar|--trace|--trace-ascii|--stderr)$/ : name === 'wget' ? /^(?:-[a-zA-Z]*O|--output-document|-o|--output-file|-a)$/ : /^(?:-o|-O|--output|--out|-d)$/;
  args.forEach((arg, index) => {
    if (file.test(arg)) targets.push(args[index + 1] ?? '');
    const inline = /^--(?:output|output-document|dump-header|cookie-jar)=(.+)/.exec(arg)?.[1] ?? (name === 'curl' ? /^-[sSfLk]*o(.+)/.exec(arg)?.[1] : name === 'wget' ? /^-[qnvc]*O(.+)/.exec(arg)?.[1] : undefined);
    if (inline) targets.push(inline);
  });
  const folder = /^(?:-P|--directory-prefix|--output-dir)$/;
  const into = args.flatMap((arg, index) => (folder.test(arg) ? [args[index + 1] ?? ''] : /^--(?:directory-prefix|output-dir)=(.+)/.exec(arg)?.[1] ?? []));
  const remote = name === 'wget' ? targets.length === 0 : args.some((arg) => /^-[a-zA-Z]*O|^--remote-name/.test(arg));
  const url = args.find((arg) => /^(?:https?|ftp):\/\//.test(arg)) ?? args.find((arg) => !arg.startsWith('-') && arg.includes('/')) ?? args.filter((arg) => !arg.startsWith('-')).at(-1) ?? '';
  if (remote && url) targets.push(`${into[0] ?? '.'}/${url.replace(/[?#].*$/, '').split('/').at(-1) || 'index.html'}`);
  return targets.filter((target) => target !== '-' && target !== '');
}

export function checkDownload(call: Invocation): Finding | undefined {
  const { args, cwd, name } = call;
  if (args.some((arg) => /^(?:-K|--config)$/.test(arg))) return approve('download-config', `${name} would read its options from a file.`);
  if (args.some((arg) => /^(?:--(?:abstract-)?unix-socket=?)?.*(?:docker|containerd|podman|crio|libvirt|systemd|dbus)[\w./-]*(?:\.sock|_socket)/.test(arg))) return deny('container-escape', `${name} would speak to the master of the containers.`);
  const sent = args.flatMap((arg, index) => (/^(?:-d|--data.*|-F|--form|-T|--upload-file|--post-file|--body-file)$/.test(arg) ? [args[index + 1] ?? ''] : /^(?:-d|-T|-F|--data[\w-]*=|--post-file=|--upload-file=|--body-file=)(.+)/.exec(arg)?.[1] ?? []));
  for (const value of sent) {
    const path = /^(?:[\w.-]+=)?[@<](.+)/.exec(value)?.[1]?.replace(/;.*/, '') ?? (args.includes('-T') || args.some((arg) => /^--(?:upload|post)-file/.test(arg)) ? value : undefined);
    if (path !== undefined && path !== '-' && (isSecret(absolutePath(path, cwd)) || /^\/(?:etc|root|proc)\//.test(absolutePath(path, cwd)))) return deny('data-leak', `${shown(path)} would leave the host.`);
  }
  if (args.some((arg) => /^file:/.test(arg)) && args.some((arg) => isSecret(arg.replace(/^file:\/\//, '')))) return approve('secret-read', 'This reads a secret of the host.');
  const found = downloadTargets(call).map((target) => checkWrite(target, { cwd, how: 'download' })).filter((finding) => finding !== undefined);
  return found.find((finding) => finding.verdict === 'deny') ?? found[0];
}

/** Reading files that hold secrets. */
export function checkReading({ args, cwd }: Invocation): Finding | undefined {
  const secret = args.map((arg) => absolutePath(arg, cwd)).find(isSecret);
  return secret ? approve('secret-read', `${shown(secret)} holds secrets.`) : undefined;
}

export function checkHistory({ args }: Invocation): Finding | undefined {
  return args.some((arg) => /^-\w*[cdwarp]/.test(arg)) ? deny('history-tamper', 'This changes the record of what was done.') : undefined;
}
