// Bundles one TypeScript program with everything it needs into one file, or a few, that run without node_modules.
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { rolldown } from 'rolldown';
import { nativeCrypto } from './native-crypto.mjs';
import { root } from './node-24.mjs';

// Optional peers of Nest that Edge does not use. `@nestjs/microservices` itself must stay inside: outside, its handlers are silently lost.
const optional = /^(ioredis|mqtt|@nats-io\/|amqp|@nestjs\/(websockets|axios|mongoose|typeorm|sequelize|platform-express)|@grpc\/|@mikro-orm\/|@prisma\/|@fastify\/(multipart|view)|cache-manager|typeorm|sequelize|swagger-ui-dist|class-transformer\/storage)/;

/** Half a megabyte of the world's telephone numbers, for a rule (`@IsPhoneNumber`) that no message of Edge has. */
const withoutPhones = {
  name: 'without-phones',
  load: (id) => (/class-validator\/.*\/(isPhoneNumber|IsPhoneNumber)\.js$/.test(id) ? "export const IS_PHONE_NUMBER = 'isPhoneNumber'; export function isPhoneNumber() { throw new Error('@IsPhoneNumber is not part of this build (tools/src/bundle.mjs).'); } export const IsPhoneNumber = isPhoneNumber;" : undefined),
};

/** What `npm ci` compiled of ssh2 stands beside the program, which runs without it, too. Its order of ciphers for every processor is not asked: Edge gives its own. */
const compiled = {
  name: 'compiled',
  resolveId: (id) => (id.endsWith('/sshcrypto.node') ? { id: './sshcrypto.node', external: true } : id === 'cpu-features' ? { id: '\0cpu-features' } : undefined),
  load: (id) => (id === '\0cpu-features' ? 'module.exports = () => undefined;' : undefined),
};

const lazily = "const lazily = (make) => { let made; return (...args) => (made ??= make())(...args); };\n";
/** What packages make when they are read, though hardly any of it is used soon or ever: a function compiled for every node of every route, a formatter of dates for a log that Edge does not use. Made when first asked for. */
const later = [
  { file: /\/find-my-way\/lib\/node\.js$/, from: /return (new Function\(.*\)) \/\/.*/, to: 'return lazily(() => $1)', before: lazily },
  { file: /\/find-my-way\/lib\/handler-storage\.js$/, from: /_createParamsObject: (this\._compileCreateParamsObject\(params\))/, to: '_createParamsObject: lazily(() => $1)', before: lazily },
  { file: /\/@nestjs\/common\/services\/(console-)?logger\.service\.js$/, from: /dateTimeFormatter = (new Intl\.DateTimeFormat\([^)]*\))/, to: 'dateTimeFormatter = { format: (time) => $1.format(time) }', before: '' },
];
const notAtTheStart = {
  name: 'not-at-the-start',
  transform: (code, id) => {
    const found = later.find(({ file }) => file.test(id));
    if (!found) return undefined;
    if (!found.from.test(code)) throw new Error(`${id} is not what tools/src/bundle.mjs knows: look at its text anew.`);
    return { code: found.before + code.replace(found.from, found.to), map: null };
  },
};

/** Node's own modules are fetched, not imported: an import reads every name of a module at once, and one name of `node:http` loads all of undici (a tenth of a second at the start). `node:module` is what the bundler itself begins with. */
const builtins = {
  name: 'builtins',
  resolveId: (id) => (isBuiltin(id) && !id.endsWith('module') ? `\0builtin:${id.replace(/^node:/, '')}` : undefined),
  load: (id) => (id.startsWith('\0builtin:') ? `module.exports = process.getBuiltinModule('node:${id.slice('\0builtin:'.length)}');` : undefined),
};

/** Bundles `input` into `<dir>/<name>.js` (ESM, source map). `external` names further modules to leave out; with `early` the modules that it names are in `early.js` and those that are imported later in `rest.js`. */
export async function bundle({ input, dir, name = 'main', external = [], early }) {
  const build = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    tsconfig: `${root}tsconfig.json`,
    external: [optional, ...external],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['node', 'import', 'default'] },
    plugins: [builtins, notAtTheStart, withoutPhones, compiled],
    checks: { eval: false },
    logLevel: 'silent',
  });
  // CommonJS inside an ESM bundle still asks where it is.
  const banner = 'const __dirname = import.meta.dirname, __filename = import.meta.filename;';
  await build.write({ dir, banner, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js', sourcemap: true, keepNames: true, codeSplitting: early ? split(early) : false });
  await build.close();
  if (existsSync(nativeCrypto)) placeCompiled(dir);
}

function split(early) {
  return { includeDependenciesRecursively: false, groups: [{ name: 'early', test: early, priority: 1 }, { name: 'rest', test: /^(?!.*apps\/[^/]+\/src\/main\.ts$)/ }] };
}

/** Renamed into place: a program that runs has the old one mapped. */
function placeCompiled(dir) {
  const made = `${dir}/sshcrypto.${process.pid}.node`;
  copyFileSync(nativeCrypto, made);
  renameSync(made, `${dir}/sshcrypto.node`);
}
