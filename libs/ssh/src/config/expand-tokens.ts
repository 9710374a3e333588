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
}

/** `detail`: what cannot be expanded. */
export type Expanded = { text: string } | { detail: string };

/** Expands `%` tokens, `~/` and `${HOME}` in the name of a file. Other variables and other users' homes are not looked up. */
export function expandPath(path: string, values: TokenValues): Expanded {
  if (/^~[^/]/.test(path)) return { detail: `"${path}" names another user's home` };
  const variable = [...path.matchAll(/\$\{([^}]*)\}/g)].map((found) => found[1]!).find((name) => name !== 'HOME');
  if (variable !== undefined) return { detail: `"${path}" asks for the variable ${variable}` };
  const text = path.replace(/^~(?=\/|$)/, () => values.home).replaceAll('${HOME}', () => values.home);
  return expandTokens(text, values);
}

export function expandTokens(text: string, values: TokenValues): Expanded {
  let bad: string | undefined;
  const expanded = text.replace(/%(.?)/gs, (whole, letter: string) => {
    const value = tokenOf(letter, values);
    if (value === undefined) bad ??= whole;
    return value ?? '';
  });
  return bad === undefined ? { text: expanded } : { detail: `"${text}" has the unknown token ${bad}` };
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
