// The one table of who may import whom (design.md §2). Feeds check-layers.mjs; nothing else states it.
// `edge`: workspaces of this repository · `npm`: packages · `node`: node: modules ('*' = any, [] = none).
// `in`: further rights of single files or folders of the layer (longest prefix wins).
const nest = ['@nestjs/*', 'rxjs', 'reflect-metadata'];
const validation = ['class-validator', 'class-transformer', 'reflect-metadata'];
const service = { edge: ['contracts', 'ports', 'engine', 'command-policy', 'script', 'nest'], npm: [...nest, ...validation], node: '*' };
const wiring = { edge: ['contracts', 'ports', 'engine', 'command-policy', 'script', 'nest', 'scripts', 'ssh', 'sqlite', 'kafka', 'mongo', 'elasticsearch', 'haproxy', 'http-manager', 'http-services', 'script-host'], npm: [...nest, ...validation], node: '*' };
const services = ['gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'];
const adapter = (...drivers) => ({ edge: ['contracts', 'ports'], npm: drivers, node: '*' });

export const layers = {
  'libs/contracts': { edge: [], npm: [], node: [], in: { 'src/messages': { edge: [], npm: validation, node: [] } } },
  'libs/ports': { edge: ['contracts'], npm: [], node: [] },
  'libs/script': { edge: ['contracts'], npm: ['zod'], node: [] },
  'libs/engine': { edge: ['contracts', 'ports', 'script'], npm: [], node: ['node:crypto'] },
  'libs/command-policy': { edge: ['contracts', 'ports', 'script'], npm: ['unbash'], node: [] },
  'libs/scripts': { edge: ['script'], npm: ['zod'], node: [] },
  'libs/ssh': adapter('ssh2'),
  'libs/adapters/sqlite': adapter(),
  'libs/adapters/kafka': adapter('kafkajs'),
  'libs/adapters/mongo': adapter('mongoose'),
  'libs/adapters/elasticsearch': adapter('@elastic/elasticsearch'),
  'libs/adapters/haproxy': adapter(),
  'libs/adapters/http-manager': adapter(),
  'libs/adapters/http-services': adapter(),
  'libs/adapters/script-host': { edge: ['contracts', 'ports', 'script'], npm: ['zod'], node: '*' },
  'libs/nest': { edge: ['contracts', 'ports', 'engine'], npm: [...nest, ...validation, 'pino', 'prom-client', 'class-validator-jsonschema', '@fastify/static', 'fastify'], node: '*' },
  ...Object.fromEntries(services.map((name) => [`apps/${name}`, { ...service, in: { 'src/wire.ts': wiring, 'src/main.ts': wiring } }])),
  'apps/edge': { edge: [...wiring.edge, ...services], npm: [...nest, ...validation], node: '*' },
  'libs/client': { edge: ['contracts'], npm: [], node: [] },
  'apps/console': { edge: ['contracts', 'client'], npm: ['react', 'react-dom', 'react-dom/*', 'vite', '@vitejs/plugin-react'], node: [] },
  'apps/cli': { edge: ['contracts', 'client'], npm: ['commander', 'yaml'], node: '*', in: { 'src/commands/host': { edge: ['contracts', 'client', 'ssh'], npm: ['commander', 'yaml'], node: '*' }, 'src/commands/script': { edge: ['contracts', 'client', 'script', 'engine', 'command-policy', 'testing'], npm: ['commander', 'yaml'], node: '*' }, 'src/commands/policy': { edge: ['contracts', 'client', 'command-policy'], npm: ['commander', 'yaml'], node: '*' } } },
  'libs/testing': { edge: ['contracts', 'ports', 'script', 'engine'], npm: ['*'], node: '*' },
  e2e: { edge: '*', npm: ['*'], node: '*' },
  bench: { edge: '*', npm: ['*'], node: '*' },
  tools: { edge: '*', npm: ['*'], node: '*' },
};

/** What a `*.spec.ts` may import beyond its own layer. */
export const spec = { edge: ['testing'], npm: ['*'], node: '*' };

/** Only these read the environment of the process, under `apps/` and `libs/`. */
export const readsEnvironment = /^(apps\/[^/]+\/src\/env\.ts|libs\/testing\/.*|.*\.spec\.tsx?)$/;
