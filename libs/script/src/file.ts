import { z } from 'zod';
import { arg, sh, Text } from './text.js';

export interface FileOptions {
  /** Absolute, without "..". */
  path: string;
  content: string;
  /** Default 0o644. */
  mode?: number;
  /** `user` or `user:group`; default the user that runs the step. */
  owner?: string;
}

const owner = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/;
// A command holds 64 KiB; what is larger belongs into an artifact.
const longest = 48 * 1024;

/**
 * Shell text that puts a file in one piece: written beside its place with its mode and owner, then renamed. Readers see the old file or the new one.
 * @throws TypeError for a path that is not absolute or leads out, an owner or mode that is none, or a content that is too long
 */
export function file({ path, content, mode = 0o644, owner: whose }: FileOptions): Text {
  if (!path.startsWith('/') || path.endsWith('/') || path.split('/').includes('..')) throw new TypeError(`A file's path is absolute and without "..": "${path}" is none.`);
  if (whose !== undefined && !owner.test(whose)) throw new TypeError(`"${whose}" is no owner: say user or user:group.`);
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) throw new TypeError(`${mode} is no file mode.`);
  if (content.length > longest) throw new TypeError(`The content of ${path} is longer than 48 KiB: put it into an artifact.`);
  const [place, fresh] = [arg(path), arg(`${path}.edge-new`)];
  const own = whose === undefined ? sh`` : sh` && chown ${arg(whose)} ${fresh}`;
  return sh`mkdir -p ${arg(path.slice(0, path.lastIndexOf('/')) || '/')} && umask 077 && printf %s ${arg(content)} > ${fresh} && chmod ${arg(mode.toString(8).padStart(4, '0'))} ${fresh}${own} && mv -f ${fresh} ${place}`;
}

/**
 * A text with places in it, `{{name}}`, for parameters of known types: `template('port {{port}}', z.object({ port: z.number() }))({ port: 80 })`.
 * @throws TypeError at once where a place has no parameter or a parameter no place; when filled, where a value does not fit its type
 */
export function template<Shape extends z.ZodObject>(text: string, parameters: Shape): (values: z.input<Shape>) => string {
  const places = new Set([...text.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g)].map(([, name]) => name!));
  const names = Object.keys(parameters.shape);
  for (const place of places) if (!names.includes(place)) throw new TypeError(`The template asks for {{${place}}}, and no parameter has this name.`);
  for (const name of names) if (!places.has(name)) throw new TypeError(`The template has no place for the parameter "${name}".`);
  return (values) => {
    const checked = parameters.safeParse(values);
    if (!checked.success) throw new TypeError(`The template's parameters do not fit: ${checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
    const filled = checked.data as Record<string, unknown>;
    return text.replace(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g, (_, name: string) => String(filled[name]));
  };
}
