import { type Finding, type JsonObject, pointerTo } from '@edge/contracts';
import { type AnyScript, configurationSchema } from '@edge/script';

interface Issue { code?: string; path: PropertyKey[]; message: string; errors?: Issue[][] }

/** What a script's schema says against a configuration: each place with the value that stands there, and what the key is for. */
export function whatDoesNotFit(script: AnyScript, config: JsonObject): Finding[] {
  const issues = (script.config.safeParse(config).error?.issues ?? []) as Issue[];
  if (issues.length === 0) return [];
  const { properties = {} } = configurationSchema(script) as { properties?: Record<string, { description?: string }> };
  return issues.flatMap(closest).map(({ code, path, message }): Finding => {
    const [name, pointer] = [path.join('.'), pointerTo(...path.map(String))];
    const value = valueAt(config, path);
    if (code === 'invalid_type' && value === undefined) return { pointer, detail: `Script ${script.name} needs this key.`, remedy: `Set "${name}" in the project or its environment.`, level: 'error' };
    const about = properties[String(path[0])]?.description;
    return { pointer, detail: `"${name}" is ${shown(value)}: ${message.replace(/\.?$/, '.')}`, level: 'error', ...(about ? { remedy: `"${String(path[0])}": ${about}` } : {}) };
  });
}

/** Of several forms of which none fits, the one that the value comes nearest to says what is wrong. */
function closest(issue: Issue): Issue[] {
  const depth = (issues: Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const [nearest] = (issue.errors ?? []).toSorted((one, other) => depth(other) - depth(one));
  if (!nearest || depth(nearest) === 0) return [issue];
  return nearest.flatMap(closest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) at = (at as Record<PropertyKey, unknown> | undefined)?.[part];
  return at;
}
