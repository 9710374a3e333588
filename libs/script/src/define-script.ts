import { z } from 'zod';
import type { JsonObject } from '@edge/contracts';
import type { ScriptContext } from './context.js';

export type Handler<Config> = (context: ScriptContext<Config>) => Promise<void>;

export interface ScriptDefinition<Schema extends z.ZodObject = z.ZodObject> {
  name: string;
  /** One sentence. */
  about: string;
  /** Shape of the configuration: what is checked before anything is touched, the form in the console, and the documentation. */
  config: Schema;
  /** Keys that an action type cannot do without, where the shape leaves them open: a restart needs no version. */
  needs?: Record<string, readonly string[]>;
  /** Handlers by action type; a type that is here exists, nothing is predefined. */
  actions: Record<string, Handler<z.infer<Schema>>>;
}

/** A script whose configuration's shape is not known at compile time: what the kit runs. */
export interface AnyScript {
  name: string;
  about: string;
  config: z.ZodObject;
  needs?: Record<string, readonly string[]>;
  actions: Record<string, (context: ScriptContext<never>) => Promise<void>>;
}

const name = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const typeName = /^[a-z][a-z0-9_-]{0,62}$/;

/** Spells a deployment strategy. @throws TypeError when the definition itself cannot be. */
export function defineScript<Schema extends z.ZodObject>(definition: ScriptDefinition<Schema>): ScriptDefinition<Schema> {
  if (!name.test(definition.name)) throw new TypeError(`A script's name is lower-case letters, digits, ".", "_" and "-": "${definition.name}" is none.`);
  if (typeof definition.about !== 'string' || definition.about.trim() === '') throw new TypeError(`Script ${definition.name} says nothing about itself: give "about" one sentence.`);
  if (!(definition.config instanceof z.ZodObject)) throw new TypeError(`"config" of script ${definition.name} must be z.object({…}).`);
  const types = Object.keys(definition.actions);
  if (types.length === 0) throw new TypeError(`Script ${definition.name} has no actions.`);
  for (const type of types) if (!typeName.test(type)) throw new TypeError(`Action type "${type}" of script ${definition.name} must be lower-case letters, digits, "_" and "-".`);
  return definition;
}

/** JSON Schema of what may be written into the configuration. */
export function configurationSchema(definition: Pick<AnyScript, 'config'>): JsonObject {
  return z.toJSONSchema(definition.config, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}

/** The lowest layer of configuration: keys that the script itself gives a value. */
export function configurationDefaults(definition: Pick<AnyScript, 'config'>): JsonObject {
  const properties = (configurationSchema(definition)['properties'] ?? {}) as Record<string, JsonObject>;
  return Object.fromEntries(Object.entries(properties).flatMap(([key, property]) => (property['default'] === undefined ? [] : [[key, property['default']]])));
}
