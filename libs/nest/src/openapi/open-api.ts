import { errorTable, type Route, type RouteName, usualProblems } from './problem-answers.js';
import { jsonSchemas } from './json-schemas.js';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of the routes that a program answers. Nothing is said by hand: it all comes from the tables and classes. */
export function openApi(handled: Map<RouteName, Route>): Json {
  const schemas = jsonSchemas();
  const paths: Record<string, Json> = {};
  for (const [name, route] of [...handled].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, schemas) };
  }
  const used = Object.fromEntries([...handled.values()].flatMap(({ body }) => (body && schemas[body] ? [[body, schemas[body]]] : [])));
  return {
    openapi: '3.1.0',
    info: { title: 'Edge', version: 'v1', description: `Errors are application/problem+json; their codes: ${Object.keys(errorTable).join(', ')}.` },
    paths,
    components: { schemas: { ...used, Problem: problemSchema }, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    security: [{ bearer: [] }],
  };
}

function operation(name: string, route: Route, schemas: Record<string, Json>): Json {
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query ? schemas[route.query] : undefined)];
  return {
    operationId: name,
    tags: [route.owner],
    summary: route.about,
    ...(route.needs === 'open' ? { security: [] } : { description: `Needs: ${route.needs}.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${route.body}` } } } } } : {}),
    responses: { ...successes(route), ...usualProblems(route) },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters(schema: Json | undefined): Json[] {
  return Object.entries((schema?.properties ?? {}) as Record<string, Json>).map(([name, one]) => ({ name, in: 'query', schema: one }));
}

function successes(route: Route): Json {
  const media = route.produces ?? 'application/json';
  return Object.fromEntries(Object.entries(route.answers).map(([status, description]) => {
    if (Number(status) >= 400) return [status, { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }];
    return [status, status === '204' ? { description } : { description, content: { [media]: {} } }];
  }));
}

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, code: { enum: Object.keys(errorTable) },
    instance: { type: 'string' }, correlation_id: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', required: ['pointer', 'detail'], properties: { pointer: { type: 'string' }, detail: { type: 'string' }, origin: { type: 'string' }, remedy: { type: 'string' } } } },
  },
};
