import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';

const has = (args: string[], pattern: RegExp) => args.some((arg) => pattern.test(arg));

/** Firewalls: looking is harmless, changing may lock everybody out. */
export function checkFirewall({ name, args }: Invocation): Finding | undefined {
  const [first = ''] = args;
  const no = () => deny('firewall', `${name} changes what may reach the host.`, 'Ask the owners of the network.');
  if (/^ip6?tables(?:-legacy|-nft)?$|^ebtables|^arptables/.test(name)) return has(args, /^-(?:[FXADIRPNZE]|-(?:flush|append|insert|delete|policy|new|replace|zero|rename|delete-chain))/) || !has(args, /^-\w*[LSCVh]|^--(?:list|version|help|check)/) ? no() : undefined;
  if (/^ip6?tables(?:-legacy|-nft)?-save$/.test(name)) return undefined;
  if (name === 'nft') return /^list$/.test(args.filter((arg) => !arg.startsWith('-'))[0] ?? '') ? undefined : no();
  if (name === 'ufw') return /^(?:status|show|version|app)$/.test(first) ? undefined : no();
  if (name === 'firewall-cmd') return args.every((arg) => /^--(?:list|get|state|query|info|zone=|permanent$|version)/.test(arg)) ? undefined : no();
  if (name === 'ipset') return /^(?:list|-L|save|test)$/.test(first) ? undefined : no();
  return no();
}

const changesLink = /^(?:set|del|delete|add|flush|change|replace|append|restore|d|s|a|f|se|de|ad|fl|exec)$/;

/** Interfaces, addresses, routes, name resolution. */
export function checkNetwork({ name, args }: Invocation): Finding | undefined {
  const no = () => deny('network-down', `${name} changes the network of the host: it might no longer be reachable.`, 'Ask the owners of the network.');
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (name === 'ip') return words.slice(1).some((word) => changesLink.test(word)) || has(args, /^-(?:b|ba|bat\w*|force)$/) ? no() : undefined;
  if (name === 'ifconfig') return words.length > 1 ? no() : undefined;
  if (name === 'route') return /^(?:add|del|delete|flush|change)$/.test(words[0] ?? '') ? no() : undefined;
  if (name === 'nmcli') return has(words, /^(?:down|delete|off|disconnect|modify|add|up|reload|edit|mod|del)$/) ? no() : undefined;
  if (name === 'tc') return has(words, /^(?:add|del|delete|replace|change)$/) ? no() : undefined;
  if (name === 'ethtool') return has(args, /^-(?:s|K|G|C|A|E|e|L|-change|-reset|-set)/) ? no() : undefined;
  if (name === 'brctl' || name === 'ovs-vsctl') return /^(?:show|showmacs|list)/.test(words[0] ?? '') ? undefined : no();
  if (name === 'networkctl' || name === 'resolvectl' || name === 'iwconfig' || name === 'rfkill') return /^(?:status|list|query|statistics|lldp)?$/.test(words[0] ?? '') ? undefined : no();
  if (name === 'arp') return has(args, /^-[ds]/) ? no() : undefined;
  if (name === 'netplan') return /^(?:get|status|info)$/.test(words[0] ?? '') ? undefined : no();
  return no();
}

const shellLike = /(?:^|\/)(?:ba|da|z|k|c|tc|a|fi)?sh\b|\/bin\/|cmd\.exe|powershell|python|perl/;

/** Shells handed to somebody on the network. */
export function checkNetworkShell({ name, args }: Invocation): Finding | undefined {
  const no = () => deny('reverse-shell', `${name} would hand a shell to somebody on the network.`);
  if (name === 'nc') return has(args, /^-\w*[ec]|^--(?:exec|sh-exec|lua-exec)/) && !(/^-\w*[ec]$/.test(args[0] ?? '') && args.length === 1) ? no() : listens(args) ? approve('network-listen', 'This opens a port.') : undefined;
  if (name === 'socat') return has(args, /^(?:EXEC|SYSTEM|SHELL):/i) ? no() : has(args, /^(?:OPEN|CREATE|GOPEN|FILE):/i) ? approve('network-copy', 'socat writes a file.') : asksSocket(args) ? undefined : approve('network-copy', 'socat connects two ends.');
  if (name === 'telnet' || name === 'rlogin') return undefined;
  return has(args, shellLike) ? no() : approve('network-tunnel', `${name} opens a way into the host.`);
}

/** `echo … | socat stdio /run/haproxy/admin.sock`: one question to a program of this host that is not its master. */
function asksSocket(args: string[]): boolean {
  const ends = args.filter((arg) => !/^-./.test(arg));
  const socket = ends.find((end) => !/^(?:-|stdio|stdin|stdout)$/i.test(end)) ?? '';
  return ends.length === 2 && /^(?:unix(?:-connect|-client)?:|UNIX(?:-CONNECT|-CLIENT)?:)?\/[\w./-]+$/.test(socket) && !/docker|containerd|crio|podman|systemd|dbus|libvirt|lxd|snapd/.test(socket) && ends.some((end) => /^(?:-|stdio|stdin)$/i.test(end));
}

const listens = (args: string[]) => has(args, /^-\w*l/) && !has(args, /^-\w*z/);
