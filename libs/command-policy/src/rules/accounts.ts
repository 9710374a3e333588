import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { shown } from '../words/marks.js';

/** Users, groups, passwords, schedules. */
export function checkAccounts({ name, args }: Invocation): Finding | undefined {
  if (args.some((arg) => /^(?:--help|--version)$/.test(arg))) return undefined;
  if (name === 'passwd' && /^(?:-S|--status)$/.test(args[0] ?? '')) return undefined;
  if (name === 'chage' && /^(?:-l|--list)$/.test(args[0] ?? '')) return undefined;
  if (name === 'visudo' && args.length > 0 && args.every((arg) => /^(?:-[cqs]+|--check|--quiet|--strict)$/.test(arg))) return undefined;
  if (/^(?:faillock|pam_tally2|lastlog)$/.test(name) && !args.some((arg) => /reset|^-[CSr]/.test(arg))) return undefined;
  return deny('accounts', `${name} changes who may log in.`, 'Let the owners of the host manage accounts.');
}

export function checkCrontab({ args, scene }: Invocation): Finding | undefined {
  const words = args.filter((arg, index) => args[index - 1] !== '-u' && arg !== '-u');
  if (words[0] === '-l') return undefined;
  if (words.some((arg) => /^-\w*r/.test(arg))) return deny('crontab-remove', 'This removes all scheduled commands.');
  if (words[0] === '-e') return deny('crontab-write', 'An editor cannot be followed.');
  const text = words.length === 0 || words[0] === '-' ? scene.stdin.join('\n') : '';
  return deny('crontab-write', `This replaces the scheduled commands${text === '' ? '' : `: ${shown(text)}`}.`, 'Deploy a timer that was reviewed.');
}

export function checkKeys({ name, args }: Invocation): Finding | undefined {
  if (name === 'ssh-copy-id') return deny('ssh-keys', 'This lets somebody log in.');
  if (name === 'ssh-keygen' && args.some((arg) => /^-[lFBy]/.test(arg))) return undefined;
  if (name === 'ssh-keygen' && args.some((arg) => /^-[RH]$/.test(arg))) return approve('ssh-keys', 'This changes which hosts are known.');
  if (name === 'ssh-keygen' && args.some((arg) => /^-A$|\/etc\/ssh|\/root\/\.ssh/.test(arg))) return deny('ssh-keys', 'This makes new host keys.');
  return name === 'ssh-keygen' || name === 'gpg' ? undefined : approve('ssh-keys', `${name} changes keys.`);
}

export function checkAtrm({ args }: Invocation): Finding | undefined {
  return args.some((arg) => !arg.startsWith('-')) ? approve('crontab-remove', 'This removes scheduled commands.') : undefined;
}
