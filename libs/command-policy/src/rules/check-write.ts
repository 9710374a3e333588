import { approve, deny, type Finding } from '../walk/scene.js';
import { hasHole, isFromNetwork, marks, shown } from '../words/marks.js';
import { absolutePath, mayMatch, segmentsOf } from '../words/paths.js';

export interface WriteContext { cwd: string; how: 'redirect' | 'copy' | 'edit' | 'link' | 'extract' | 'download' | 'remove' }

const harmlessDevice = /^\/dev\/(?:null|zero|full|std(?:out|err|in)|tty|pts\/\d+|fd\/\d+|shm\/.+|random|urandom|log|ptmx)$/;
const fineInEtc = /^\/etc\/(?:nginx\/(?:conf\.d|sites-available|sites-enabled|snippets)|apache2\/(?:sites-available|sites-enabled|conf-available|conf-enabled)|httpd\/conf\.d|haproxy|tomcat[0-9]*|supervisor\/conf\.d|supervisord\.d|logrotate\.d|filebeat|telegraf|prometheus|opt)\/[^/]/;
const criticalEtc = /^\/etc\/(?:passwd|shadow|group|gshadow|sudoers|sudoers\.d|fstab|crypttab|mtab|hosts|hostname|resolv\.conf|nsswitch\.conf|ssh|pam\.d|pam\.conf|security|login\.defs|ld\.so\.[^/]*|cron[^/]*|anacrontab|at\.(?:allow|deny)|profile|profile\.d|bash\.bashrc|bashrc|zsh[^/]*|environment|inittab|init\.d|init|rc[^/]*|systemd|sysctl\.[^/]*|modprobe\.[^/]*|modules[^/]*|udev|default|sysconfig|network[^/]*|netplan|NetworkManager|iptables[^/]*|nftables[^/]*|ufw|firewalld|hosts\.(?:allow|deny)|apt|yum[^/]*|dnf|rpm|pki|ssl|ca-certificates[^/]*|selinux|apparmor[^/]*|audit|rsyslog[^/]*|syslog[^/]*|shells|subuid|subgid|polkit-1|dbus-1|grub[^/]*|kernel|initramfs-tools|dracut[^/]*|machine-id|krb5[^/]*|sssd|ldap|samba|exports|containerd|docker|kubernetes|securetty|issue|motd|localtime|timezone|X11|xinetd[^/]*|inetd[^/]*|skel|alternatives|libaudit\.conf|nologin|passwd-|shadow-|group-)(?:\/|$)/;
const systemTrees = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'boot', 'usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib32', 'usr/lib64', 'usr/libexec', 'usr/include', 'usr/share', 'usr/src', 'var/lib/dpkg', 'var/lib/rpm', 'var/lib/apt', 'var/lib/systemd', 'var/spool/cron', 'var/lib/sudo', 'var/db/sudo', 'run/systemd', 'efi'].map(segmentsOf);
const keys = /\/\.ssh(?:\/|$)/;
const login = /^(?:\/root|\/home\/[^/]+)\/\.(?:bash_profile|bash_login|bashrc|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|kshrc|cshrc|tcshrc|login|inputrc|pam_environment|forward|rhosts|config\/(?:systemd|autostart|fish)|gnupg|vimrc|gitconfig|netrc|pythonrc)/;
const histories = /\/\.(?:\w+_)?history$/;
const logs = /^\/var\/log\/(?:wtmp|btmp|lastlog|faillog|tallylog|auth\.log|secure|messages|syslog|kern\.log|cron|maillog|mail\.log|daemon\.log|dmesg|boot\.log|sudo\.log|audit|journal|dpkg\.log|yum\.log|dnf\.log|user\.log|debug)(?:$|[./\uE000-\uE006-])|^\/var\/run\/utmp$|^\/run\/utmp$/;

/** What writing to this path would do. `path` as resolved, not yet absolute. */
export function checkWrite(path: string, { cwd, how }: WriteContext): Finding | undefined {
  const full = absolutePath(path, cwd);
  const emptied = /[\uE000-\uE002]/.test(full) ? absolutePath(full.replace(/[\uE000-\uE002]/g, ''), '/') : undefined;
  return certain(full, how) ?? (emptied && emptied !== '/' ? certain(emptied, how) : undefined) ?? doubtful(full);
}

function certain(full: string, how: WriteContext['how']): Finding | undefined {
  return devices(full) ?? kernel(full) ?? traces(full) ?? persons(full) ?? system(full, how);
}

function devices(full: string): Finding | undefined {
  if (/^\/dev\/tcp\/(?:localhost|127\.\d+\.\d+\.\d+|::1)\/\d+$/.test(full)) return undefined;
  if (/^\/dev\/(?:tcp|udp)\//.test(full)) return approve('network-redirect', 'A redirection opens a network connection.', 'Use curl or nc -z for a check.');
  if (!isUnder(full, ['dev']) || harmlessDevice.test(full)) return undefined;
  return deny('device-write', `${shown(full)} is a device: writing there destroys what is on it.`);
}

function kernel(full: string): Finding | undefined {
  if (/^\/proc\/(?:self|\d+|\uE004)\/(?:oom_score_adj|oom_adj|fd\/[12])$/.test(full)) return undefined;
  return isUnder(full, ['proc']) || isUnder(full, ['sys']) ? deny('kernel-write', `${shown(full)} changes the running kernel.`) : undefined;
}

function traces(full: string): Finding | undefined {
  if (histories.test(full)) return deny('history-tamper', `${shown(full)} is the record of what was done.`);
  return logs.test(full) || /^\/var\/log\/[.\uE000-\uE002\uE005\uE006]*(?:\.?log)?$/.test(full) ? deny('log-wipe', `${shown(full)} is a log of the system.`) : undefined;
}

function persons(full: string): Finding | undefined {
  if (keys.test(full)) return deny('ssh-keys', `${shown(full)} decides who may log in.`, 'Let the owners of the host manage keys.');
  return login.test(full) ? deny('login-file', `${shown(full)} is run at the next login.`) : undefined;
}

function system(full: string, how: WriteContext['how']): Finding | undefined {
  if (isUnder(full, ['etc'])) return inEtc(full, how);
  if (how === 'extract' && /^\/(?:usr|var|lib|home|root)$/.test(full)) return deny('system-file-write', `This spreads files over ${full}.`);
  const tree = systemTrees.find((segments) => isUnder(full, segments));
  if (tree && !/^\/usr\/share\/(?:nginx\/html|tomcat\d*|jetty\d*)\/./.test(full) && !/^\/usr\/src\/app\//.test(full)) return deny('system-file-write', `${shown(full)} belongs to the system.`);
  if (full === '/') return how === 'extract' || how === 'copy' ? deny('system-file-write', 'This spreads files over the whole system.') : undefined;
  if (how === 'download' && /^\/usr\/local\/s?bin\//.test(full)) return approve('download-to-path', 'A program from the network would be found by everybody.');
  return /^\/root\/\.(?:config|local)/.test(full) ? deny('login-file', `${shown(full)} belongs to root.`) : undefined;
}

function inEtc(written: string, how: WriteContext['how']): Finding | undefined {
  const full = ['/etc', ...segmentsOf(written).slice(1)].join('/');
  if (fineInEtc.test(full)) return undefined;
  const unit = /^\/etc\/systemd\/system\/[\w@.-]+(?:\.service|\.timer|\.socket|\.d\/[\w.-]+\.conf)$/.test(full) || /^\/etc\/(?:default|sysconfig)\/[\w.-]+$/.test(full);
  if (unit) return approve('service-definition', `${shown(full)} decides what runs as a service.`);
  const critical = criticalEtc.test(full) || /[\uE000-\uE006]/.test(segmentsOf(full)[1] ?? marks.star);
  if (critical || how === 'extract') return deny('system-file-write', `${shown(full)} belongs to the system.`);
  return approve('system-file-write', `${shown(full)} lies among the configuration of the system.`);
}

function doubtful(full: string): Finding | undefined {
  if (isFromNetwork(full)) return deny('write-unresolved', 'Where this writes comes from the network.');
  return /^[\uE000-\uE002]/.test(full) && hasHole(full) ? approve('write-unresolved', `Where this writes is not known: ${shown(full)}`, 'Write the path out, or guard the variable: "${DIR:?}"/file') : undefined;
}

/** Is it, could it be, or does it lie in this folder. */
export function isUnder(full: string, tree: readonly string[]): boolean {
  if (!full.startsWith('/')) return false;
  const segments = segmentsOf(full);
  return segments.length >= tree.length && tree.every((name, index) => mayMatch(segments[index] ?? '', name));
}
