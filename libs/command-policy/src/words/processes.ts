import { marks } from './marks.js';

/** What a list of every process looks like to us: the first one, and others. Handing it to kill ends the host. */
export const everyProcess = `1\n${marks.output}\n`;

const anyName = /^[.^$*[\]?+|\\\uE000-\uE006]*$|^(?:\.\+|\w)$/;
const vitalName = /^\^?(?:root|init|systemd|sshd?|dbus.*|bash|sh|NetworkManager|dockerd|containerd|kubelet|agetty|login|r?syslogd?|rsyslogd|auditd|systemd-\w+|crond?|cron|chronyd|iptables|firewalld)\$?$/;

/** A pattern for processes that meets more than one application. */
export const meetsTooMany = (pattern: string) => anyName.test(pattern) || vitalName.test(pattern);

/** `[0-9]`, `.*` and the like choose nothing. */
const choosesNothing = (pattern: string) => meetsTooMany(pattern) || !/[A-Za-z0-9_-]{2}/.test(pattern.replace(/\[\^?(?:0-9|a-z|A-Z|:\w+:|\s)+\]|\\[dwsb]|\[(.)\]/g, (_whole, one: string | undefined) => one ?? ''));

/** What is left of a list of every process after one more program; undefined: nothing is known of that program. */
export function processesThrough(name: string, args: readonly string[]): string[] | undefined {
  if (/^(?:egrep|fgrep|grep)$/.test(name)) return grepped(args);
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (name === 'awk' || name === 'sed') return [chooses(words.join(' ')) ? marks.name : everyProcess];
  return /^(?:sort|uniq|head|tail|tac|cut|tr|cat|tee|shuf|nl|column|paste|fmt|fold|rev|xargs|echo)$/.test(name) ? [everyProcess] : undefined;
}

/** An awk or sed program that keeps the lines of one application only. */
function chooses(program: string): boolean {
  const patterns = [...program.matchAll(/\/((?:[^/\\]|\\.)+)\/|[=~]=?\s*"([^"]+)"/g)].map((found) => found[1] ?? found[2] ?? '');
  return patterns.length > 0 && !/!\s*~|!=|!\s*\//.test(program) && !patterns.some(choosesNothing);
}

function grepped(args: readonly string[]): string[] {
  if (args.some((arg) => /^-\w*v|^--invert/.test(arg))) return [everyProcess];
  const at = args.findIndex((arg) => /^-e$|^--regexp$/.test(arg));
  const pattern = at >= 0 ? (args[at + 1] ?? '') : (args.find((arg) => !arg.startsWith('-')) ?? '');
  return [choosesNothing(pattern) ? everyProcess : marks.name];
}
