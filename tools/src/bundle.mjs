// Bundles one TypeScript program with everything it needs into one file that runs without node_modules.
import { rolldown } from 'rolldown';
import { root } from './node-24.mjs';

// Optional peers of Nest that Edge does not use. `@nestjs/microservices` itself must stay inside: outside, its handlers are silently lost.
const optional = /^(ioredis|mqtt|@nats-io\/|amqp|@nestjs\/(websockets|axios|mongoose|typeorm|sequelize|platform-express)|@grpc\/|@mikro-orm\/|@prisma\/|@fastify\/(multipart|view)|cache-manager|typeorm|sequelize|swagger-ui-dist|class-transformer\/storage)/;
const native = /(cpu-features|sshcrypto\.node|\.node$)/;

/** Half a megabyte of the world's telephone numbers, for a rule (`@IsPhoneNumber`) that no message of Edge has. */
const withoutPhones = {
  name: 'without-phones',
  load: (id) => (/class-validator\/.*\/(isPhoneNumber|IsPhoneNumber)\.js$/.test(id) ? "export const IS_PHONE_NUMBER = 'isPhoneNumber'; export function isPhoneNumber() { throw new Error('@IsPhoneNumber is not part of this build (tools/src/bundle.mjs).'); } export const IsPhoneNumber = isPhoneNumber;" : undefined),
};

/** Bundles `input` into `<dir>/<name>.js` (ESM, source map). `external` names further modules to leave out. */
export async function bundle({ input, dir, name = 'main', external = [] }) {
  const build = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    tsconfig: `${root}tsconfig.json`,
    external: [optional, native, ...external],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['node', 'import', 'default'] },
    plugins: [withoutPhones],
    checks: { eval: false },
    logLevel: 'silent',
  });
  // CommonJS inside an ESM bundle still asks where it is.
  const banner = 'const __dirname = import.meta.dirname, __filename = import.meta.filename;';
  await build.write({ dir, banner, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', sourcemap: true, keepNames: true, codeSplitting: false });
  await build.close();
}
