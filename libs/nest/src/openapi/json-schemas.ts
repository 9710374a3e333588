import { bodyClasses } from '@edge/contracts/messages';
import { getMetadataStorage } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';

type Schema = Record<string, unknown>;

const duration: Schema = { oneOf: [{ type: 'string', examples: ['2m30s'] }, { type: 'number', description: 'Seconds.', minimum: 0 }] };
const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** What our own checks mean as JSON Schema, by their names. */
const ours: Record<string, Schema> = {
  isDuration: duration,
  isName: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,62}$' },
  isFilled: { type: 'string', pattern: '\\S' },
  isObjectOfStrings: texts,
  isForeignId: { oneOf: [{ type: 'string', maxLength: 255 }, { type: 'number' }] },
  isTextOrTextPerHost: { oneOf: [{ type: 'string' }, texts] },
  isZoneOrder: { oneOf: [{ const: 'parallel' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
  isTime: { type: 'string', format: 'date-time' },
};

/** JSON Schema of every message and body class, by class name. Bodies refuse unknown fields. */
export function jsonSchemas(): Record<string, Schema> {
  const additionalConverters = Object.fromEntries(Object.entries(ours).map(([name, schema]) => [name, (metadata: { each?: boolean }) => (metadata.each ? { type: 'array', items: schema } : schema)]));
  const schemas = validationMetadatasToSchemas({ classValidatorMetadataStorage: getMetadataStorage(), additionalConverters, refPointerPrefix: '#/components/schemas/' } as never) as Record<string, Schema>;
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bodyClasses[name] ? { ...schema, additionalProperties: false } : schema]));
}
