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
 * What an ssh configuration says about a host, as OpenSSH reads it: first value wins, `Match final` asks for a second pass.
 * Pure; runs nothing. `Match exec` and foreign `ProxyCommand` refuse those hosts to which they could apply.
 */
export function resolveConfig(lines: ConfigLine[], request: ConfigRequest): HostConfig {
  const state: ConfigState = { identityFiles: [], certificateFiles: [], ignored: [], refused: [], ...given(request) };
  const first = { request, state, matchName: request.name, finalPass: false, wantsFinalPass: false };
  walk(lines, first, true);
  if (first.wantsFinalPass) {
    const hostName = hostNameOf(state, request.name);
    walk(lines, { ...first, matchName: hostName, state: Object.assign(state, { hostName: hostName.replaceAll('%', '%%') }), finalPass: true }, true);
  }
  return finished(state, request);
}

interface Pass { request: ConfigRequest; state: ConfigState; matchName: string; finalPass: boolean; wantsFinalPass: boolean }

function given({ hostName, user, port }: ConfigRequest): Partial<ConfigState> {
  return { ...(hostName === undefined ? {} : { hostName: hostName.replaceAll('%', '%%') }), ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

/** Walks a file; blocks of an included file end with it. Inside a block that does not apply, an included file applies nowhere. */
function walk(lines: ConfigLine[], pass: Pass, applies: boolean): void {
  let active = applies;
  for (const line of lines) {
    if (line.keyword === 'host') active = applies && hostApplies(line, pass);
    else if (line.keyword === 'match') active = applies && matchApplies(line, pass);
    else if (!active) continue;
    else if (line.keyword === 'include') include(line, pass);
    else applyLine(pass.state, line);
  }
}

function include(line: ConfigLine, pass: Pass): void {
  if (!line.words) return refuse(pass, `${line.where}: ${line.rest} cannot be included`);
  if (!line.included) return refuse(pass, `${line.where}: Include is nested too deep`);
  for (const file of line.included) walk(file, pass, true);
}

function hostApplies({ words, where }: ConfigLine, pass: Pass): boolean {
  if (!words || words.length === 0) refuse(pass, `${where}: this Host line cannot be read`);
  return judgeHost(words ?? [], pass.matchName);
}

function matchApplies(line: ConfigLine, pass: Pass): boolean {
  const { request, state, finalPass, matchName } = pass;
  const answer = judgeMatch(line.rest, {
    originalName: request.name, hostName: state.hostName === undefined ? matchName : hostNameOf(state, request.name), user: state.user ?? request.localUser, localUser: request.localUser, finalPass,
  });
  if ('matches' in answer) {
    pass.wantsFinalPass ||= answer.wantsFinalPass;
    return answer.matches;
  }
  refuse(pass, `${line.where}: ${answer.refused === 'bad' ? answer.detail : answer.by === 'exec' ? 'Match exec is never run' : `Match ${answer.by} cannot be decided by Edge`}`);
  return false;
}

function refuse(pass: Pass, sentence: string): void {
  if (!pass.state.refused.includes(sentence)) pass.state.refused.push(sentence);
}

/** HostName knows only `%h` and `%%`. */
function hostNameOf(state: ConfigState, name: string): string {
  return (state.hostName ?? name.replaceAll('%', '%%')).replace(/%([h%])/g, (_, letter) => (letter === 'h' ? name : '%')).toLowerCase();
}

function finished(state: ConfigState, { name, localUser }: ConfigRequest): HostConfig {
  const { proxy, refused, ...rest } = state;
  const jumps = jumpsOf(proxy);
  const user = state.user ?? localUser;
  return {
    ...rest, name, hostName: hostNameOf(state, name), user, port: state.port ?? 22,
    jumps: (jumps ?? []).map((hop) => expandHop(hop, { n: name, h: hostNameOf(state, name), p: String(state.port ?? 22), r: user, '%': '%' })),
    refused: jumps || !proxy || !('where' in proxy) ? refused : [...refused, `${proxy.where}: this ProxyCommand is never run`],
    ignored: [...new Set(rest.ignored)],
  };
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
