import type { JsonObject } from '@edge/contracts';
import { arg, type Host, sh, Text, verbatim } from '@edge/script';

/**
 * The text that runs on one host. Commands out of the configuration (plain strings) serve every host: what differs is in their environment,
 * `EDGE_ACTION`, `EDGE_HOST`, `EDGE_ZONE`, `EDGE_VERSION` and each of the host's `vars` as `EDGE_VAR_<NAME>`. Nothing is replaced inside them.
 */
export function commandText(text: string | Text, surroundings: { action: string; host: Host }): string {
  return text instanceof Text ? text.text : `${exportsFor(surroundings)}; ${text}`;
}

const written = new WeakMap<Host, { action: string; exports: string }>();

/** The same for every command on a host. */
function exportsFor(surroundings: { action: string; host: Host }): string {
  const { action, host } = surroundings;
  const known = written.get(host);
  if (known?.action === action) return known.exports;
  const assignments = Object.entries(environmentOf(surroundings)).map(([name, value]) => sh`${verbatim(name)}=${arg(value)}`.text);
  const exports = `export ${assignments.join(' ')}`;
  written.set(host, { action, exports });
  return exports;
}

function environmentOf({ action, host }: { action: string; host: Host }): Record<string, string> {
  return {
    EDGE_ACTION: action, EDGE_HOST: host.name, EDGE_ZONE: host.zone,
    ...(host.version === undefined ? {} : { EDGE_VERSION: host.version }),
    ...variables(host.vars),
  };
}

/** `port: 8001` → `EDGE_VAR_PORT=8001`; values that are no scalar have no place in an environment and are left out. */
function variables(vars: JsonObject): Record<string, string> {
  const scalars = Object.entries(vars).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(scalars.map(([name, value]) => [`EDGE_VAR_${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`, String(value)]));
}
