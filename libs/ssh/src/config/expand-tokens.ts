import { createHash } from 'node:crypto';

/** What the `%` tokens of a configuration stand for. */
export interface TokenValues {
  /** `%n`: the name as given. */
  originalName: string;
  /** `%h`: the name after HostName. */
  hostName: string;
  /** `%k`: HostKeyAlias, or the name as given. */
  keyAlias: string;
  port: number;
  /** `%r`: user there; `%u`: user here. */
  user: string;
  localUser: string;
  /** `%i` */
  localUid: number;
  /** `%l`: this machine's name; `%L`: its first label. */
  localHost: string;
  /** `%d` */
  home: string;
  /** Variables of the environment, for `${NAME}`; absent: none but HOME. */
  variable?: (name: string) => string | undefined;
}

/** `detail`: what cannot be expanded. */
export type Expanded = { text: string } | { detail: string };

/** Expands `%` tokens, `~/` and `${NAME}` in the name of a file, as ssh does: tokens of what a variable says are not looked at again. Other users' homes are not looked up. */
export function expandPath(path: string, values: TokenValues): Expanded {
  if (/^~[^/]/.test(path)) return { detail: `"${path}" names another user's home` };
  if (/\$\{[^}]*$/.test(path)) return { detail: `"${path}" has a variable that does not end` };
  const text = path.replace(/^~(?=\/|$)/, () => values.home);
  return expandTokens(text, values);
}

/** Secrets of Edge itself are no part of a file's name, where they would be shown. */
function variableOf(name: string, { home, variable }: TokenValues): string | undefined {
  if (name === 'HOME') return home;
  return /^(?:EDGE|FABRIC)_/.test(name) ? undefined : variable?.(name);
}

export function expandTokens(text: string, values: TokenValues): Expanded {
  let bad: string | undefined;
  const expanded = text.replace(/%(.?)|\$\{([^}]*)\}/gs, (whole, letter: string | undefined, name: string) => {
    const value = letter === undefined ? variableOf(name, values) : tokenOf(letter, values);
    if (value === undefined) bad ??= letter === undefined ? `asks for the variable ${name}, which is not set` : `has the unknown token ${whole}`;
    return value ?? '';
  });
  return bad === undefined ? { text: expanded } : { detail: `"${text}" ${bad}` };
}

function tokenOf(letter: string, values: TokenValues): string | undefined {
  switch (letter) {
    case '%': return '%';
    case 'h': return values.hostName;
    case 'n': return values.originalName;
    case 'k': return values.keyAlias;
    case 'p': return String(values.port);
    case 'r': return values.user;
    case 'u': return values.localUser;
    case 'i': return String(values.localUid);
    case 'l': return values.localHost;
    case 'L': return values.localHost.split('.')[0]!;
    case 'd': return values.home;
    case 'C': return createHash('sha1').update(`${values.localHost}${values.hostName}${values.port}${values.user}`).digest('hex');
    default: return undefined;
  }
}
