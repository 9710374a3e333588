import { currentName, isPassedOver, whyNever } from './keywords.js';
import { matchesHostList } from './match-pattern.js';
import type { ConfigLine } from './parse-config.js';
import { parseJumps, type JumpHop } from './proxy-jump.js';
import { readCanonicalize, readCount, readFlag, readList, readPort, readPubkeyFlag, readSeconds, type Read } from './read-value.js';

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
  pubkeyAuthentication?: boolean;
  passwordAuthentication?: boolean;
  kbdInteractiveAuthentication?: boolean;
  /** Names of methods by comma, in this order and no others. */
  preferredAuthentications?: string;
  connectTimeoutSeconds?: number;
  serverAliveIntervalSeconds?: number;
  serverAliveCountMax?: number;
  ciphers?: string;
  kexAlgorithms?: string;
  macs?: string;
  hostKeyAlgorithms?: string;
  userKnownHostsFiles?: string[];
  globalKnownHostsFiles?: string[];
  revokedHostKeys?: string;
  bindAddress?: string;
  addressFamily?: string;
  canonicalizeHostname?: 'yes' | 'no' | 'always';
  canonicalDomains?: string[];
  canonicalizeMaxDots?: number;
  /** What `Match tagged` compares. */
  tag?: string;
  ignoreUnknown?: string;
  /** What ProxyJump or ProxyCommand said first; an empty list is `none`. */
  proxy?: { jumps: JumpHop[] } | { command: string; where: string };
  /** Lines that Edge does not follow, and that change only comfort: `keyword (file:line)`. */
  ignored: string[];
  refused: string[];
}

type FileList = 'identityFiles' | 'certificateFiles';
type Words = 'userKnownHostsFiles' | 'globalKnownHostsFiles' | 'canonicalDomains';
type Single = Exclude<keyof ConfigState, FileList | Words | 'proxy' | 'ignored' | 'refused'>;

const text = (value: string) => value;
const singles: Record<string, { name: Single; read: (value: string) => Read<string | number | boolean> }> = {
  hostname: { name: 'hostName', read: text },
  hostkeyalias: { name: 'hostKeyAlias', read: text },
  user: { name: 'user', read: text },
  port: { name: 'port', read: readPort },
  identitiesonly: { name: 'identitiesOnly', read: readFlag },
  identityagent: { name: 'identityAgent', read: text },
  pubkeyauthentication: { name: 'pubkeyAuthentication', read: readPubkeyFlag },
  passwordauthentication: { name: 'passwordAuthentication', read: readFlag },
  kbdinteractiveauthentication: { name: 'kbdInteractiveAuthentication', read: readFlag },
  preferredauthentications: { name: 'preferredAuthentications', read: text },
  connecttimeout: { name: 'connectTimeoutSeconds', read: readSeconds },
  serveraliveinterval: { name: 'serverAliveIntervalSeconds', read: readSeconds },
  serveralivecountmax: { name: 'serverAliveCountMax', read: readCount },
  ciphers: { name: 'ciphers', read: readList },
  kexalgorithms: { name: 'kexAlgorithms', read: readList },
  macs: { name: 'macs', read: readList },
  hostkeyalgorithms: { name: 'hostKeyAlgorithms', read: readList },
  revokedhostkeys: { name: 'revokedHostKeys', read: text },
  bindaddress: { name: 'bindAddress', read: text },
  addressfamily: { name: 'addressFamily', read: (value) => (/^(?:any|inet6?)$/i.test(value) ? value.toLowerCase() : undefined) },
  canonicalizehostname: { name: 'canonicalizeHostname', read: readCanonicalize },
  canonicalizemaxdots: { name: 'canonicalizeMaxDots', read: readCount },
  tag: { name: 'tag', read: text },
  ignoreunknown: { name: 'ignoreUnknown', read: text },
};
const files: Record<string, FileList> = { identityfile: 'identityFiles', certificatefile: 'certificateFiles' };
const lists: Record<string, Words> = { userknownhostsfile: 'userKnownHostsFiles', globalknownhostsfile: 'globalKnownHostsFiles', canonicaldomains: 'canonicalDomains' };

/** Takes one line that applies. A line that cannot be understood is noted in `refused`. */
export function applyLine(state: ConfigState, line: ConfigLine): void {
  const keyword = currentName(line.keyword);
  if (keyword === 'proxycommand') return takeProxyCommand(state, line);
  if (keyword === 'proxyjump') return takeProxyJump(state, line);
  if (!singles[keyword] && !files[keyword] && !lists[keyword]) return passOver(state, { ...line, keyword });
  const problem = problemOf(line, keyword);
  if (problem) return void state.refused.push(`${line.where}: ${problem}`);
  const list = lists[keyword];
  if (list) state[list] ??= line.words!;
  else takeValue(state, { keyword, where: line.where, value: line.words![0]! });
}

/** What is wrong with a line of a keyword that Edge follows, before its value is read. */
function problemOf({ words }: ConfigLine, keyword: string): string | undefined {
  if (!words) return 'a quote stays open';
  if (words.length === 0 || words.includes('')) return `${keyword} has no value`;
  if (!lists[keyword]) return words.length > 1 ? `${keyword} takes one value, not ${words.length}` : undefined;
  return words.length > 1 && words.some((word) => word.toLowerCase() === 'none') ? `"none" stands alone in ${keyword}` : undefined;
}

function takeValue(state: ConfigState, { keyword, where, value }: { keyword: string; where: string; value: string }): void {
  const file = files[keyword];
  if (file) return void (state[file].includes(value) || state[file].push(value));
  const { name, read } = singles[keyword]!;
  const found = read(value);
  if (found === undefined) return void state.refused.push(`${where}: "${value}" is no value for ${keyword}`);
  if (state[name] === undefined && found !== 'unset') Object.assign(state, { [name]: found });
}

/** A keyword that Edge does not follow: refused only where the connection would be another one, or where nobody knows what it means. */
function passOver(state: ConfigState, { keyword, where }: ConfigLine): void {
  const why = whyNever(keyword);
  if (why) return void state.refused.push(`${where}: ${why}`);
  if (isPassedOver(keyword) || matchesHostList(keyword, state.ignoreUnknown ?? '')) return void state.ignored.push(`${keyword} (${where})`);
  state.refused.push(keyword.endsWith('"') ? `${where}: this line cannot be read` : `${where}: the keyword "${keyword}" is not known (IgnoreUnknown passes over it)`);
}

function takeProxyCommand(state: ConfigState, line: ConfigLine): void {
  const command = line.rest.replace(/^[\s=]+/, '');
  if (command === '') return void state.refused.push(`${line.where}: ProxyCommand has no value`);
  state.proxy ??= command.toLowerCase() === 'none' ? { jumps: [] } : { command, where: line.where };
}

function takeProxyJump(state: ConfigState, line: ConfigLine): void {
  const jumps = parseJumps(line.rest.replace(/^[\s=]+/, '').replace(/[ \t]*#.*$/s, ''));
  if (!jumps) return void state.refused.push(`${line.where}: "${line.rest}" is no value for ProxyJump`);
  state.proxy ??= { jumps };
}
