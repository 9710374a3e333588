import { owned } from './route.js';

/** What every program answers at its root. */
export const rimRoutes = owned('rim', {
  livez: { method: 'GET', path: '/livez', needs: 'open', scope: 'handler', about: 'The process is alive.', answers: { 200: 'Alive.' } },
  readyz: { method: 'GET', path: '/readyz', needs: 'open', scope: 'handler', about: 'It can do its work.', answers: { 200: 'Ready.', 503: 'Not ready, with the reasons.' } },
  metrics: { method: 'GET', path: '/metrics', needs: 'signed-in', scope: 'handler', produces: 'text/plain', about: 'Figures for Prometheus.', answers: { 200: 'The figures.' } },
  openapi: { method: 'GET', path: '/openapi.json', needs: 'signed-in', scope: 'handler', about: 'This description.', answers: { 200: 'OpenAPI 3.1.' } },
  asyncapi: { method: 'GET', path: '/asyncapi.json', needs: 'signed-in', scope: 'handler', about: 'What goes over the bus.', answers: { 200: 'AsyncAPI 3.0.' } },
  docs: { method: 'GET', path: '/docs', needs: 'signed-in', scope: 'handler', produces: 'text/html', about: 'The routes, to read.', answers: { 200: 'A page.' } },
});
