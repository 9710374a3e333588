import type { Invocation } from '../walk/invoke.js';
import { deny, type Finding } from '../walk/scene.js';

/** Modules, kernel settings, boot, clock, host name, security modules. */
export function checkKernel({ name, args }: Invocation): Finding | undefined {
  if (args.some((arg) => /^(?:--help|--version|-V)$/.test(arg))) return undefined;
  const words = args.filter((arg) => !arg.startsWith('-'));
  const no = () => deny('kernel-write', `${name} changes the kernel, the boot or the core settings of the host.`, 'Ask the owners of the host.');
  if (name === 'sysctl') return args.some((arg) => /^-\w*[wp]|^--(?:write|load|system)|=/.test(arg)) ? no() : undefined;
  if (name === 'modprobe') return args.some((arg) => /^-\w*[nDc]$|^--(?:dry-run|show|showconfig)/.test(arg)) ? undefined : no();
  if (name === 'dmesg') return args.some((arg) => /^-\w*[CcDn]|^--(?:clear|read-clear|console)/.test(arg)) ? deny('log-wipe', 'This clears the log of the kernel.') : undefined;
  if (name === 'hostname') return words.length > 0 || args.some((arg) => /^-[Fb]/.test(arg)) ? no() : undefined;
  if (/^(?:hostnamectl|timedatectl|localectl|loginctl|bootctl)$/.test(name)) return /^(?:status|show|list-.*|session-status|user-status|timesync-status|)$/.test(words[0] ?? '') ? undefined : no();
  if (name === 'date') return args.some((arg) => /^-\w*s$|^--set|^-s/.test(arg)) || words.some((word) => /^\d{8,}/.test(word)) ? no() : undefined;
  if (name === 'hwclock') return args.length === 0 || args.some((arg) => /^-r$|^--show/.test(arg)) ? undefined : no();
  if (name === 'kexec') return no();
  if (name === 'getenforce' || name === 'sestatus') return undefined;
  if (name === 'semanage' || name === 'auditctl') return args.some((arg) => /^-l$|^--list|^-s$/.test(arg)) ? undefined : no();
  return no();
}
