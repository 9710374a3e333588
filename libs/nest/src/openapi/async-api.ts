import { topics } from '@edge/contracts';
import { messageClass, messageTypes, type MessageClass } from '@edge/contracts/messages';
import { jsonSchemas } from './json-schemas.js';

type Json = Record<string, unknown>;

/** The topic that a message type travels on. */
function topicOf(type: string): string {
  if (/^edge\.(action\.requested|command\.(finished|running)|signal\.)/.test(type)) return topics.actions.name;
  if (type.startsWith('edge.command.')) return topics.commands.name;
  if (type.startsWith('edge.output.')) return topics.output.name;
  if (type.startsWith('edge.message.')) return topics.dlq.name;
  return topics.events.name;
}

/** The AsyncAPI 3.0 description of what goes over the bus, from the message classes. */
export function asyncApi(): Json {
  const schemas = jsonSchemas();
  const types = messageTypes();
  const messages = Object.fromEntries(types.map((type) => [type, { name: type, contentType: 'application/json', headers: headerSchema, payload: payloadOf(messageClass(type), schemas) }]));
  const channels = Object.fromEntries(Object.values(topics).map(({ name, partitions }) => {
    const carried = types.filter((type) => topicOf(type) === name);
    return [name, { address: name, messages: Object.fromEntries(carried.map((type) => [type, { $ref: `#/components/messages/${type}` }])), bindings: { kafka: { partitions, bindingVersion: '0.5.0' } } }];
  }));
  return { asyncapi: '3.0.0', info: { title: 'Edge', version: 'v1' }, defaultContentType: 'application/json', channels, components: { messages, schemas: withoutBodies(schemas) } };
}

const headerSchema: Json = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_correlationid'],
  properties: Object.fromEntries(['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_correlationid', 'ce_causationid', 'traceparent'].map((name) => [name, { type: 'string' }])),
};

function payloadOf(target: MessageClass | undefined, schemas: Record<string, Json>): Json {
  return target && schemas[target.name] ? { $ref: `#/components/schemas/${target.name}` } : { type: 'object' };
}

function withoutBodies(schemas: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(schemas).filter(([, schema]) => schema.additionalProperties !== false));
}
