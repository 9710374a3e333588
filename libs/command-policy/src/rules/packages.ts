import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';

const removing = /^(?:remove|purge|autoremove|auto-remove|autopurge|erase|rm|del|uninstall|deinstall|delete|clean-all|downgrade|distro-sync|swap)$/;
const changing = /^(?:install|upgrade|update-all|full-upgrade|dist-upgrade|reinstall|add|localinstall|groupinstall|refresh|build-dep|in|up|dup|dist|system-upgrade|patch)$/;
const vitalPackage = /^(?:\*|.*libc6?|glibc.*|bash|coreutils|sudo|openssh.*|systemd.*|linux-.*|kernel.*|python3?|apt|dpkg|rpm|yum|dnf|init.*|login|passwd|util-linux|base-files|busybox|pam|libpam.*|grub.*|NetworkManager|network-manager|ifupdown|dbus)$/;

/** Package managers of the system. */
export function checkPackages({ name, args }: Invocation): Finding | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const options = args.filter((arg) => arg.startsWith('-'));
  if (options.some((option) => /Pre-Invoke|Post-Invoke|Pre-Install|APT::Update|Dir::|^-o.*Invoke/i.test(option)) || words.some((word) => /Pre-Invoke|Post-Invoke|Pre-Install-Pkgs/i.test(word))) return deny('package-exec', `${name} would start a command.`);
  if (options.some((option) => /^(?:-s|--simulate|--dry-run|--just-print|--no-act)$/.test(option))) return undefined;
  const gone = removes(name, words, options);
  if (gone) return deny('package-remove', `${name} would remove packages of the system.`, 'Ask the owners of the host.');
  const installs = changing.test(words[0] ?? '') || (/^(?:dpkg|rpm)$/.test(name) && options.some((option) => /^-\w*[iUF]|^--(?:install|upgrade|unpack|configure|force)/.test(option)) && !options.some((option) => /^-\w*q/.test(option))) || (name === 'pacman' && options.some((option) => /^-[SU]/.test(option)));
  return installs ? approve('package-install', `${name} would change what is installed on the host.`) : undefined;
}

function removes(name: string, words: string[], options: string[]): boolean {
  if (name === 'dpkg') return options.some((option) => /^-[rP]|^--(?:remove|purge|force-(?:remove|all)|clear-selections)/.test(option));
  if (name === 'rpm') return options.some((option) => /^-\w*e|^--(?:erase|rebuilddb|nodeps)/.test(option));
  if (name === 'pacman') return options.some((option) => /^-\w*R|^--remove/.test(option));
  return removing.test(words[0] ?? '') || words.slice(1).some((word) => /-$/.test(word) && vitalPackage.test(word.slice(0, -1)));
}
