import type { Invocation } from '../walk/invoke.js';
import { approve, report } from '../walk/scene.js';

const changers = /^(?:sudo|doas|pkexec|dzdo|su|runuser|gosu|su-exec|setuidgid|s6-setuidgid)$/;

/** An action that says who it runs as keeps to that: somebody else's rights need a second person. Root may become less. */
export function changesUser({ name, args, scene }: Invocation): void {
  const { runAs } = scene.shared;
  if (runAs === undefined || runAs === 'root' || !changers.test(name)) return;
  const user = userOf(name, args);
  if (user !== runAs) report(scene, approve('run-as', `The action runs as ${runAs}; ${name} would run this as ${user}.`, `Set run_as to ${user}, or run it as ${runAs}.`));
}

function userOf(name: string, args: string[]): string {
  if (/^(?:gosu|su-exec|setuidgid|s6-setuidgid)$/.test(name)) return (args[0] ?? 'root').split(':')[0] ?? 'root';
  const at = args.findIndex((arg) => /^-[a-zA-Z]*u$|^--user$/.test(arg));
  const named = at >= 0 ? args[at + 1] : args.map((arg) => /^(?:-u|--user=)(.+)$/.exec(arg)?.[1]).find(Boolean);
  if (named !== undefined) return named;
  return /^(?:su|runuser)$/.test(name) ? (args.find((arg) => !arg.startsWith('-')) ?? 'root') : 'root';
}
