import type { ConfigLine } from './parse-config.js';
import { parseJumps, type JumpHop } from './proxy-jump.js';
import { readCount, readFlag, readList, readPort, readSeconds } from './read-value.js';

/** What the lines that apply to a host have said so far. For each keyword the first value wins; identities and certificates add up. */
export interface ConfigState {
  hostName?: string;
  hostKeyAlias?: string;
  user?: string;
  port?: number;
  identityFiles: string[];
  certificateFiles: string[];
  identitiesOnly?: boolean;
  identityAgent?: string;
  connectTimeoutSeconds?: number;
  serverAliveIntervalSeconds?: number;
  serverAliveCountMax?: number;
  ciphers?: string;
  kexAlgorithms?: string;
  macs?: string;
  hostKeyAlgorithms?: string;
  userKnownHostsFiles?: string[];
  globalKnownHostsFiles?: string[];
  bindAddress?: string;
  addressFamily?: string;
  /** What ProxyJump or ProxyCommand said first; an empty list is `none`. */
  proxy?: { jumps: JumpHop[] } | { command: string; where: string };
  /** Lines that Edge does not follow, and that change only comfort: `keyword (file:line)`. */
  ignored: string[];
  refused: string[];
}

type Single = Exclude<keyof ConfigState, 'identityFiles' | 'certificateFiles' | 'userKnownHostsFiles' | 'globalKnownHostsFiles' | 'proxy' | 'ignored' | 'refused'>;

const text = (value: string) => (value === '' ? undefined : value);
const singles: Record<string, { name: Single; read: (value: string) => string | number | boolean | undefined }> = {
  hostname: { name: 'hostName', read: text },
  hostkeyalias: { name: 'hostKeyAlias', read: text },
  user: { name: 'user', read: text },
  port: { name: 'port', read: readPort },
  identitiesonly: { name: 'identitiesOnly', read: readFlag },
  identityagent: { name: 'identityAgent', read: text },
  connecttimeout: { name: 'connectTimeoutSeconds', read: readSeconds },
  serveraliveinterval: { name: 'serverAliveIntervalSeconds', read: readSeconds },
  serveralivecountmax: { name: 'serverAliveCountMax', read: readCount },
  ciphers: { name: 'ciphers', read: readList },
  kexalgorithms: { name: 'kexAlgorithms', read: readList },
  macs: { name: 'macs', read: readList },
  hostkeyalgorithms: { name: 'hostKeyAlgorithms', read: readList },
  bindaddress: { name: 'bindAddress', read: text },
  addressfamily: { name: 'addressFamily', read: (value) => (/^(?:any|inet6?)$/i.test(value) ? value.toLowerCase() : undefined) },
};
const files: Record<string, 'identityFiles' | 'certificateFiles'> = { identityfile: 'identityFiles', certificatefile: 'certificateFiles' };
const fileLists: Record<string, 'userKnownHostsFiles' | 'globalKnownHostsFiles'> = { userknownhostsfile: 'userKnownHostsFiles', globalknownhostsfile: 'globalKnownHostsFiles' };

/** Takes one line that applies. A line that cannot be understood is noted in `refused`. */
export function applyLine(state: ConfigState, line: ConfigLine): void {
  if (line.keyword === 'proxycommand') return takeProxyCommand(state, line);
  if (line.keyword === 'proxyjump') return takeProxyJump(state, line);
  if (!line.words) return void state.refused.push(`${line.where}: a quote stays open`);
  const list = fileLists[line.keyword];
  if (list) state[list] ??= line.words;
  else takeValue(state, line, line.words[0]);
}

function takeValue(state: ConfigState, line: ConfigLine, value: string | undefined): void {
  const file = files[line.keyword];
  const single = singles[line.keyword];
  if (!file && !single) return void state.ignored.push(`${line.keyword} (${line.where})`);
  if (!value) return void state.refused.push(`${line.where}: ${line.keyword} has no value`);
  if (file) return void (state[file].includes(value) || state[file].push(value));
  const read = single!.read(value);
  if (read === undefined) return void state.refused.push(`${line.where}: "${value}" is no value for ${line.keyword}`);
  if (state[single!.name] === undefined) Object.assign(state, { [single!.name]: read });
}

function takeProxyCommand(state: ConfigState, line: ConfigLine): void {
  const command = line.rest.replace(/^[\s=]+/, '');
  if (command === '') return void state.refused.push(`${line.where}: ProxyCommand has no value`);
  state.proxy ??= command.toLowerCase() === 'none' ? { jumps: [] } : { command, where: line.where };
}

function takeProxyJump(state: ConfigState, line: ConfigLine): void {
  const jumps = parseJumps(line.rest.replace(/^[\s=]+/, ''));
  if (!jumps) return void state.refused.push(`${line.where}: "${line.rest}" is no value for ProxyJump`);
  state.proxy ??= { jumps };
}
