import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { shown } from '../words/marks.js';
import { meetsTooMany } from '../words/processes.js';
import { reachOf } from '../words/protected-trees.js';

const off = (how: string) => deny('power', `${how} stops the host.`, 'Ask the owners of the host.');

export function checkPower({ name, args }: Invocation): Finding | undefined {
  if (args.some((arg) => /^(?:--help|--version)$/.test(arg))) return undefined;
  if (name === 'shutdown' && args.includes('-c')) return undefined;
  if (name === 'rtcwake') return args.some((arg, index) => /^(?:no|show|disable)$/.test(arg) && /^(?:-m|--mode)$/.test(args[index - 1] ?? '')) || args.some((arg) => /^--?(?:mode=|m)(?:no|show|disable)$|^-n$|^--dry-run$|^--list-modes$/.test(arg)) ? undefined : off(name);
  if (/^(?:init|telinit)$/.test(name)) return /^[06sS1]$|^[\uE000-\uE006]|^(?:single|emergency)$/.test(args[0] ?? '') ? off(`${name} ${shown(args[0] ?? '')}`) : args.length === 0 || /^[qQuU]$/.test(args[0] ?? '') ? undefined : approve('power', `${name} changes the run level.`);
  return args.includes('-w') || args.includes('--wtmp-only') ? undefined : off(name);
}

/** The ways around shutdown: the bus, the machine's controller, the hypervisor. */
export function checkRemotePower({ name, args }: Invocation): Finding | undefined {
  const stops = args.some((arg) => /reboot|power_?off|halt|suspend|hibernate|kexec/i.test(arg)) || (/^(?:ipmitool|racadm)$/.test(name) && args.some((arg) => /^(?:power|chassis|serveraction|mc|raw|user)$/.test(arg)) && !args.includes('status'));
  if (stops) return off(name);
  if (/^(?:virsh|xl|xm|qm|VBoxManage)$/.test(name) && args.some((arg) => /^(?:destroy|shutdown|undefine|reset|stop|vol-delete|pool-destroy|controlvm|unregistervm)$/.test(arg))) return off(name);
  return /^(?:busctl|dbus-send|gdbus)$/.test(name) && args.some((arg) => /systemd1|login1|PolicyKit|firewalld|NetworkManager|packagekit|UDisks/i.test(arg)) && !args.some((arg) => /^(?:list|status|tree|introspect|get-property)$/.test(arg)) ? approve('power', `${name} speaks to the services of the host.`) : undefined;
}

const stopping = /^(?:poweroff|reboot|halt|kexec|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|soft-reboot|emergency|rescue|exit|switch-root|isolate|default)$/;
const vital = /^(?:ssh|sshd|systemd-.*|dbus|NetworkManager|network|networking|systemd-networkd|systemd-resolved|auditd|rsyslog|syslog|iptables|nftables|firewalld|ufw|apparmor|fail2ban|crond?|polkit|wpa_supplicant|getty.*|init|chronyd|ntpd?|sssd|docker|containerd|kubelet|multi-user|basic|sysinit|local-fs|network-online|default|graphical|openvpn.*|wg-quick.*|edge-.*)(?:@.*)?(?:\.(?:service|socket|target|slice|timer))?$/;

/** systemctl, service, rc-service: the host itself, and what keeps it reachable and watched. */
export function checkServices({ name, args }: Invocation): Finding | undefined {
  const words = args.filter((arg, index) => !arg.startsWith('-') && !/^-[HMtpnosE]$/.test(args[index - 1] ?? ''));
  if (/^(?:update-rc\.d|chkconfig|rc-update)$/.test(name)) return words.some((word) => /^(?:disable|remove|off|del|delete)$/.test(word)) || args.includes('--del') ? stops('disable', words) : undefined;
  const [verb = '', ...units] = name === 'service' || name === 'rc-service' || name === 'invoke-rc.d' ? [words[1] ?? '', words[0] ?? ''] : words;
  if (stopping.test(verb)) return off(`systemctl ${verb}`);
  if (/^start$/.test(verb) && units.some((unit) => /^(?:poweroff|reboot|halt|rescue|emergency|kexec|shutdown|ctrl-alt-del)\.target$|^systemd-(?:reboot|poweroff|halt)/.test(unit))) return off(`Starting ${units.join(' ')}`);
  if (verb === 'set-default' && units.some((unit) => /^(?:rescue|emergency|poweroff|reboot|halt|shutdown|exit|kexec)\b/.test(unit))) return off(`Starting into ${units.join(' ')}`);
  if (/^[\uE000-\uE006]/.test(verb)) return deny('service-control', 'What is done to the service is not known.');
  if (/^(?:set-default|set-environment|import-environment|link|edit|revert|set-property|daemon-reexec|add-wants|add-requires|preset|preset-all|bind|mount-image)$/.test(verb)) return approve('service-control', `systemctl ${verb} changes how the host runs.`);
  if (/^(?:stop|disable|mask|kill|freeze)$/.test(verb)) return stops(verb, units);
  return undefined;
}

function stops(verb: string, units: string[]): Finding | undefined {
  if (units.some((unit) => vital.test(unit))) return deny('service-control', `${verb} ${units.map(shown).join(' ')}: the host would no longer be reachable or watched.`);
  if (units.some((unit) => /^[*\uE005\uE000-\uE002]/.test(unit))) return deny('service-control', `${verb} would hit every service.`);
  return verb === 'mask' ? approve('service-control', 'A masked service cannot be started any more.') : undefined;
}

export function checkKill({ name, args }: Invocation): Finding | undefined {
  const all = (detail: string) => deny('kill-all', detail, 'Name the process: kill "$(cat app.pid)"');
  if (name === 'killall5') return all('killall5 ends everything.');
  if (name === 'kill') return killOne(args) ? all('This ends every process.') : undefined;
  if (name === 'pkill' && args.some((arg) => /^-v$|^--inverse/.test(arg))) return all('This ends every process but one.');
  if (name === 'pkill' && args.some((arg, index) => /^[01]$/.test(arg) && /^-\w*P$|^--parent$/.test(args[index - 1] ?? ''))) return all('This ends every service.');
  const patterns = args.filter((arg, index) => !arg.startsWith('-') && !/^-(?:[suUgGtPF]|-signal|-user|-parent|-pgroup|-group)$/.test(args[index - 1] ?? ''));
  if (args.some((arg) => /^-\w*u$|^--(?:user|euid|uid)/.test(arg)) && patterns.length === 0) return name === 'skill' || patterns.length === 0 ? all('This ends every process of a user.') : undefined;
  if (name === 'xkill' || (args.some((arg) => /^-\w*t/.test(arg)) && patterns.length === 0)) return all('This ends every process of a terminal.');
  const bad = patterns.find(meetsTooMany);
  return bad === undefined ? undefined : all(`${name} ${shown(bad)} ends more than the application.`);
}

/** Ends whoever uses a file or a port. */
export function checkFuser({ args, cwd }: Invocation): Finding | undefined {
  if (!args.some((arg) => /^-\w*k|^--kill/.test(arg))) return undefined;
  const targets = args.filter((arg) => !arg.startsWith('-'));
  const bad = targets.find((target) => /^(?:22|ssh)\/(?:tcp|udp)$/.test(target) || (target.includes('/') && !/^\w+\/(?:tcp|udp)$/.test(target) && reachOf(target, cwd).kind !== 'own'));
  return bad === undefined ? undefined : deny('kill-all', `This ends everything that uses ${shown(bad)}.`);
}

function killOne(args: string[]): boolean {
  const rest = args.slice();
  while (rest[0]?.startsWith('-')) {
    const arg = rest[0];
    if (/^-[lL]$|^--(?:list|table)/.test(arg)) return false;
    if (arg === '--') { rest.shift(); break; }
    if (/^-[sn]$|^--signal$/.test(arg)) { rest.splice(0, 2); continue; }
    if (rest.length > 1 && /^-(?:\d+|[A-Za-z]\w*)$/.test(arg) && rest.length === args.length) { rest.shift(); continue; }
    if (/^-s./.test(arg)) { rest.shift(); continue; }
    break;
  }
  return rest.some((target) => /^-?0*[01]$|^-[\uE000-\uE004]*$|[\uE005\uE006]/.test(target) && target !== '');
}
