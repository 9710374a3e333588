import { type ApplicationCommand, arg, type Batch, command, defineScript, duration, type Host, inventory, milliseconds, rolloutKeys, type RollOutOptions, type ScriptContext, secret, secretEnvironment, secretNames, sh, type Text, timeLimit } from '@edge/script';
import { z } from 'zod';

const name = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const pairs = z.record(z.string(), z.union([z.string(), z.number()]));

const config = z.object({
  ...inventory,
  ...rolloutKeys,
  version: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/).optional().meta({ description: 'Tag of the image.' }),
  rollback_version: z.string().optional().meta({ description: 'Tag that a rollback goes to.' }),
  container_runtime: z.enum(['docker', 'podman']).default('docker'),
  image_name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/:-]*$/).meta({ description: 'Image, with its registry and without a tag.' }),
  container_name: z.string().regex(name),
  port: pairs.default({}).meta({ description: 'Port on the host → port in the container.' }),
  volumes: pairs.default({}).meta({ description: 'Path on the host → path in the container.' }),
  env: pairs.default({}).meta({ description: 'Environment of the container.' }),
  secret_env: secretEnvironment().optional().meta({ description: 'Environment of the container from secrets of the space.' }),
  registry: z.string().optional(),
  registry_user: z.string().optional(),
  registry_password: secret().optional(),
  custom_install_cmd: command().optional().meta({ description: 'Runs after the image is there.' }),
  stop_timeout: duration().default('30s').meta({ description: 'Time for the container to stop by itself.' }),
  pull_timeout: timeLimit().default('30m'),
});

type Config = z.infer<typeof config>;
type Context = ScriptContext<Config>;

const image = ({ image_name }: Config, { version, name: host }: Host): Text => {
  if (version === undefined) throw new Error(`It is not known which version ${host} is to get: give "version".`);
  return arg(`${image_name}:${version}`);
};

/** The password goes by standard input: it is on no command line and in no log. */
async function pull(batch: Batch, config: Config): Promise<void> {
  const { container_runtime: runtime, registry, registry_user: user, registry_password: password } = config;
  if (user !== undefined && password !== undefined) {
    await batch.run('sign in to the registry', sh`printf %s "$REGISTRY_PASSWORD" | ${arg(runtime)} login --username ${arg(user)} --password-stdin ${arg(registry ?? [])}`, { secretEnv: { REGISTRY_PASSWORD: password.$secret }, onLost: 'retry' });
  }
  await batch.run('pull the image', (host) => sh`${arg(runtime)} pull ${image(config, host)}`, { within: config.pull_timeout, onLost: 'retry' });
  if (config.custom_install_cmd !== undefined) await batch.run('custom command', config.custom_install_cmd);
}

/** By its very name; one that is not there is fine. */
function ifThere({ container_runtime, container_name }: Config, does: Text): ApplicationCommand {
  return { text: sh`if ${arg(container_runtime)} container inspect ${arg(container_name)} >/dev/null 2>&1; then ${does}; fi`, onLost: 'retry' };
}

const stop = (config: Config) => ifThere(config, sh`${arg(config.container_runtime)} stop -t ${Math.ceil(milliseconds(config.stop_timeout) / 1000)} ${arg(config.container_name)}`);
const startFormer = ({ container_runtime, container_name }: Config): ApplicationCommand => ({ text: sh`${arg(container_runtime)} start ${arg(container_name)}`, onLost: 'retry' });

/** Removes the former container; the image of the next one is there. */
async function remove(batch: Batch, config: Config): Promise<void> {
  const { text, ...options } = ifThere(config, sh`${arg(config.container_runtime)} rm -f ${arg(config.container_name)}`);
  await batch.run('remove the container', text, options);
}

function start(config: Config): ApplicationCommand {
  const flags = [
    ...Object.entries(config.port).map(([host, inside]) => ['-p', `${host}:${inside}`]),
    ...Object.entries(config.volumes).map(([host, inside]) => ['-v', `${host}:${inside}`]),
    ...Object.entries(config.env).map(([key, value]) => ['-e', `${key}=${value}`]),
    ...Object.keys(config.secret_env ?? {}).map((key) => ['-e', key]),
  ].flat();
  return {
    text: (host) => sh`${arg(config.container_runtime)} run -d --name ${arg([config.container_name, ...flags])} ${image(config, host)}`,
    secretEnv: secretNames(config.secret_env), onLost: { verify: sh`${arg(config.container_runtime)} container inspect ${arg(config.container_name)} >/dev/null 2>&1` },
  };
}

/** The image is there before the host leaves its pools. */
function deploying(options: RollOutOptions) {
  return async ({ config, rollOut, pool }: Context): Promise<void> => {
    await rollOut(async (batch) => {
      const app = batch.application({ stop: stop(config), start: start(config), startFormer: startFormer(config) });
      await pull(batch, config);
      await pool.takeOut(batch);
      await app.stop();
      await app.change(() => remove(batch, config));
      await app.start();
      await batch.waitHealthy();
      batch.runsNow();
      await pool.putBack(batch);
    }, options);
  };
}

/** The container that is there, with the version that it has. */
const thatIsThere = (batch: Batch, config: Config) => batch.application({ stop: stop(config), start: startFormer(config) });

async function restart({ config, rollOut, pool }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = thatIsThere(batch, config);
    await pool.takeOut(batch);
    await app.stop();
    if (batch.hosts.length === 0) return pool.putBackHealthy(batch);
    await app.start();
    await batch.waitHealthy();
    await pool.putBack(batch);
  }, { stages: 'plain', verdict: 'none' });
}

async function hardRestart({ config, rollOut }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = thatIsThere(batch, config);
    await app.stop();
    await app.start();
  }, { stages: 'plain', verdict: 'none' });
}

export default defineScript({
  name: 'containers',
  about: 'Rolls out a container on each host behind a load balancer, with docker or podman.',
  config,
  needs: { deploy: ['version'] },
  actions: { deploy: deploying({}), rollback: deploying({ verdict: 'none' }), restart, hard_restart: hardRestart },
});
