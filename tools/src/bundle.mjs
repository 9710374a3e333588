// Bundles one TypeScript program with everything it needs into one file that runs without node_modules.
import { copyFileSync, existsSync, renameSync } from 'node:fs';
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

/** Bundles `input` into `<dir>/<name>.js` (ESM, source map). `external` names further modules to leave out. */
export async function bundle({ input, dir, name = 'main', external = [] }) {
  const build = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    tsconfig: `${root}tsconfig.json`,
    external: [optional, ...external],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['node', 'import', 'default'] },
    plugins: [withoutPhones, compiled],
    checks: { eval: false },
    logLevel: 'silent',
  });
  // CommonJS inside an ESM bundle still asks where it is.
  const banner = 'const __dirname = import.meta.dirname, __filename = import.meta.filename;';
  await build.write({ dir, banner, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', sourcemap: true, keepNames: true, codeSplitting: false });
  await build.close();
  if (existsSync(nativeCrypto)) placeCompiled(dir);
}

/** Renamed into place: a program that runs has the old one mapped. */
function placeCompiled(dir) {
  const made = `${dir}/sshcrypto.${process.pid}.node`;
  copyFileSync(nativeCrypto, made);
  renameSync(made, `${dir}/sshcrypto.node`);
}
