import { z } from 'zod';
import { checkPath, checkRights, putFiles } from './put-files.js';
import type { Text } from './text.js';

export interface FileOptions {
  /** Absolute, without "..". */
  path: string;
  content: string;
  /** Default 0o644. */
  mode?: number;
  /** `user` or `user:group`; default the user that runs the step. */
  owner?: string;
}

/**
 * Shell text that puts a file in one piece: written beside its place with its mode and owner, its checksum compared, then renamed. Readers see the old file or the new one.
 * @throws TypeError for a path that is not absolute or leads out, an owner or mode that is none, or a content that is too long
 */
export function file({ path, content, mode = 0o644, owner }: FileOptions): Text {
  checkPath(path);
  checkRights({ owner, mode });
  const name = path.lastIndexOf('/') + 1;
  return putFiles(`The content of ${path}`, { root: path.slice(0, name - 1) || '/', files: [{ path: path.slice(name), content, mode }], owner });
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
