import { canonicalName, isAddress } from './canonical-name.js';
import { applyLine, type ConfigState } from './config-state.js';
import { judgeHost, judgeMatch } from './match-block.js';
import type { ConfigLine } from './parse-config.js';
import { jumpsOfCommand, type JumpHop } from './proxy-jump.js';

/** A host as somebody asks for it; what is given here wins over the configuration. */
export interface ConfigRequest {
  name: string;
  hostName?: string;
  user?: string;
  port?: number;
  /** Who runs this. */
  localUser: string;
}

/** The configuration of one host. Paths are as written: `expandPath` makes files of them. */
export interface HostConfig extends Omit<ConfigState, 'hostName' | 'user' | 'port' | 'proxy' | 'refused'> {
  name: string;
  hostName: string;
  user: string;
  port: number;
  /** First hop first. */
  jumps: JumpHop[];
  /** Sentences that name the lines which Edge never follows. Not empty: this host must not be reached. */
  refused: string[];
}

/**
 * What an ssh configuration says about a host, as OpenSSH reads it: first value wins, `Match final` and CanonicalizeHostname ask for a second pass.
 * Pure; runs nothing. `Match exec` and foreign `ProxyCommand` refuse those hosts to which they could apply.
 */
export function resolveConfig(lines: ConfigLine[], request: ConfigRequest): HostConfig {
  const state: ConfigState = { identityFiles: [], certificateFiles: [], ignored: [], refused: [], ...given(request) };
  const first = { request, state, matchName: request.name, finalPass: false, wantsFinalPass: false };
  walk(lines, first, true);
  if (first.wantsFinalPass || (state.canonicalizeHostname ?? 'no') !== 'no') {
    const hostName = hostNameOf(state, request.name);
    if (wouldAskDns(state, hostName)) refuse(first, `CanonicalizeHostname with CanonicalDomains asks the name service for the full name of ${hostName}: write it as HostName`);
    walk(lines, { ...first, matchName: hostName, state: Object.assign(state, { hostName: hostName.replaceAll('%', '%%') }), finalPass: true }, true);
  }
  return finished(state, request);
}

interface Pass { request: ConfigRequest; state: ConfigState; matchName: string; finalPass: boolean; wantsFinalPass: boolean }

function given({ hostName, user, port }: ConfigRequest): Partial<ConfigState> {
  return { ...(hostName === undefined ? {} : { hostName: hostName.replaceAll('%', '%%') }), ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

/** Only names without a domain of their own are completed, and behind a jump host only where `always` says so. */
function wouldAskDns({ canonicalizeHostname = 'no', canonicalDomains = [], canonicalizeMaxDots = 1, proxy }: ConfigState, hostName: string): boolean {
  const direct = !proxy || ('jumps' in proxy && proxy.jumps.length === 0);
  if (canonicalizeHostname === 'no' || (!direct && canonicalizeHostname !== 'always') || isAddress(hostName)) return false;
  return canonicalDomains.some((domain) => domain.toLowerCase() !== 'none') && hostName.split('.').length - 1 <= canonicalizeMaxDots;
}

/** Walks a file; blocks of an included file end with it. Inside a block that does not apply, an included file applies nowhere; it may still ask for the second pass. */
function walk(lines: ConfigLine[], pass: Pass, applies: boolean): void {
  let active = applies;
  for (const line of lines) {
    if (line.keyword === 'host') active = applies && hostApplies(line, pass);
    else if (line.keyword === 'match') active = applies ? matchApplies(line, pass) : asksFinalPass(line, pass);
    else if (line.keyword === 'include') include(line, pass, active);
    else if (active) applyLine(pass.state, line);
  }
}

function include(line: ConfigLine, pass: Pass, active: boolean): void {
  const problem = line.problem ?? (!line.words?.length || line.words.includes('') ? 'this Include line cannot be read' : line.included ? undefined : 'Include is nested too deep');
  if (active && problem) return refuse(pass, `${line.where}: ${problem}`);
  for (const file of line.included ?? []) walk(file, pass, active);
}

function hostApplies({ words, names, where }: ConfigLine, pass: Pass): boolean {
  if (names) return names.has(pass.matchName);
  if (!words || words.length === 0 || words.includes('')) refuse(pass, `${where}: this Host line cannot be read`);
  return judgeHost(words ?? [], pass.matchName);
}

function matchApplies(line: ConfigLine, pass: Pass): boolean {
  const answer = judgeMatch(line.rest, subjectOf(pass));
  if ('matches' in answer) {
    pass.wantsFinalPass ||= answer.wantsFinalPass;
    return answer.matches;
  }
  refuse(pass, `${line.where}: ${answer.refused === 'bad' ? answer.detail : answer.by === 'exec' ? 'Match exec is never run' : `Match ${answer.by} cannot be decided by Edge`}`);
  return false;
}

function asksFinalPass(line: ConfigLine, pass: Pass): false {
  const answer = judgeMatch(line.rest, subjectOf(pass));
  if ('matches' in answer) pass.wantsFinalPass ||= answer.wantsFinalPass;
  return false;
}

function subjectOf({ request, state, finalPass, matchName }: Pass) {
  return {
    originalName: request.name, hostName: state.hostName === undefined ? matchName : hostNameOf(state, request.name), user: state.user ?? request.localUser, localUser: request.localUser, tag: state.tag ?? '', finalPass,
  };
}

function refuse(pass: Pass, sentence: string): void {
  if (!pass.state.refused.includes(sentence)) pass.state.refused.push(sentence);
}

/** HostName knows only `%h` and `%%`. */
function hostNameOf(state: ConfigState, name: string): string {
  return canonicalName((state.hostName ?? name.replaceAll('%', '%%')).replace(/%([h%])/g, (_, letter) => (letter === 'h' ? name : '%')));
}

function finished(state: ConfigState, { name, localUser }: ConfigRequest): HostConfig {
  const { proxy, refused, ...rest } = state;
  const jumps = jumpsOf(proxy);
  const user = state.user ?? localUser;
  const hostName = hostNameOf(state, name);
  return {
    ...rest, name, hostName, user, port: state.port ?? 22,
    ...(state.hostKeyAlias === undefined ? {} : { hostKeyAlias: state.hostKeyAlias.toLowerCase() }),
    jumps: (jumps ?? []).map((hop) => expandHop(hop, { n: name, h: hostName, p: String(state.port ?? 22), r: user, '%': '%' })),
    refused: [...refused, ...unknownToken(state), ...(jumps || !proxy || !('where' in proxy) ? [] : [`${proxy.where}: this ProxyCommand is never run`])],
    ignored: [...new Set(rest.ignored)],
  };
}

function unknownToken({ hostName = '' }: ConfigState): string[] {
  const [token] = /%(?![h%])./s.exec(hostName.replaceAll('%%', '')) ?? (/%$/.test(hostName.replaceAll('%%', '')) ? ['%'] : []);
  return token === undefined ? [] : [`HostName "${hostName}" has the unknown token ${token}`];
}

/** Hops know `%h`, `%n`, `%p`, `%r` of the host behind them. */
function expandHop(hop: JumpHop, values: Record<string, string>): JumpHop {
  const expand = (text: string) => text.replace(/%([nhpr%])/g, (_, letter: string) => values[letter]!);
  return { ...hop, name: expand(hop.name), ...(hop.user === undefined ? {} : { user: expand(hop.user) }) };
}

function jumpsOf(proxy: ConfigState['proxy']): JumpHop[] | undefined {
  if (!proxy) return [];
  return 'jumps' in proxy ? proxy.jumps : jumpsOfCommand(proxy.command);
}
