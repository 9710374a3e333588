/** One hop. What is absent comes from the hop's own configuration. */
export interface JumpHop { name: string; user?: string; port?: number }

/** `user@host:port,ssh://host2`, first hop first. Undefined: not to be understood. */
export function parseJumps(text: string): JumpHop[] | undefined {
  if (text.toLowerCase() === 'none') return [];
  const hops = text.split(',').map((part) => parseHop(part));
  return hops.every((hop) => hop !== undefined) ? hops : undefined;
}

/** `[user@]host[:port]` or an `ssh://` address. */
export function parseHop(text: string): JumpHop | undefined {
  const isUri = text.startsWith('ssh://');
  const [, user, bracketed, bare, portText] = /^(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]/]+))(?::(\d*))?\/?$/.exec(isUri ? text.slice(6) : text) ?? [];
  const name = bracketed ?? bare;
  const port = !portText ? undefined : Number(portText);
  if (!name || name.startsWith('-') || /\s/.test(text) || (port !== undefined && (port < 1 || port > 65535))) return undefined;
  return { name, ...(user === undefined ? {} : { user: isUri ? decodeURIComponent(user) : user }), ...(port === undefined ? {} : { port }) };
}

const quietFlags = /^-[qxTaN46CkKnvt]+$/;

/** The hops that `ssh -W %h:%p jump` means. Undefined: another program, or options whose effect is not a plain jump. */
export function jumpsOfCommand(command: string): JumpHop[] | undefined {
  const words = command.trim().split(/\s+/).filter((word) => word !== '2>/dev/null');
  if (words[0] === 'exec') words.shift();
  if (!/^(?:\/[\w./-]+\/)?ssh$/.test(words.shift() ?? '') || words.some((word) => /["'`$;&|<>\\()]/.test(word))) return undefined;
  const told: { forward?: string; user?: string; port?: string; jumps?: string; to?: string } = {};
  const flags = { W: 'forward', l: 'user', p: 'port', J: 'jumps' } as const;
  while (words.length > 0) {
    const word = words.shift()!;
    const [, letter, glued] = /^-([WlpJ])(.*)$/s.exec(word) ?? [];
    if (letter) told[flags[letter as keyof typeof flags]] ??= glued || words.shift();
    else if (!word.startsWith('-') && told.to === undefined) told.to = word;
    else if (!quietFlags.test(word)) return undefined;
  }
  return hopsOf(told);
}

function hopsOf({ forward, user, port, jumps, to }: { forward?: string; user?: string; port?: string; jumps?: string; to?: string }): JumpHop[] | undefined {
  if (!/^(?:%h|\[%h\]):%p$/.test(forward ?? '') || to === undefined) return undefined;
  const last = parseHop(to);
  const first = jumps === undefined ? [] : parseJumps(jumps);
  if (!last || !first || (port !== undefined && !/^\d+$/.test(port))) return undefined;
  return [...first, { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }), ...last }];
}
