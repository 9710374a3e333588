import {
  artifactKeys, type Batch, cleanOldBuilds, command, defineScript, fetchArtifact, inventory, rolloutKeys, type RollOutOptions, type ScriptContext, secretEnvironment, secretNames, timeLimit, unpackArtifact,
} from '@edge/script';
import { z } from 'zod';

const config = z.object({
  ...inventory,
  ...artifactKeys,
  ...rolloutKeys,
  service_port: z.union([z.int().min(1).max(65_535), z.string().min(1)]).meta({ description: 'Port of the service in its pools, or the name of the host variable that holds it.' }),
  stop_command: command(),
  start_command: command(),
  custom_install_cmd: command().optional().meta({ description: 'Last step of the installation.' }),
  command_timeout: timeLimit().default('10m').meta({ description: 'Time for each of these commands on one host.' }),
  secret_env: secretEnvironment().optional().meta({ description: 'Secrets that these commands find in their environment.' }),
});

type Config = z.infer<typeof config>;
type Context = ScriptContext<Config>;

const own = ({ command_timeout, secret_env }: Config) => ({ within: command_timeout, secretEnv: secretNames(secret_env) });

/** Only this service's member of a host leaves its pools: what else the host serves goes on. */
const member = ({ service_port: port }: Config, options: RollOutOptions = {}): RollOutOptions => ({ ...options, port });

/** What stops and starts it: a host that something goes wrong with in between is started again, or said to be down. */
const application = (batch: Batch, config: Config) => batch.application({ stop: { text: config.stop_command, ...own(config) }, start: { text: config.start_command, ...own(config) } });

async function install(batch: Batch, config: Config): Promise<void> {
  await unpackArtifact(batch, config);
  if (config.custom_install_cmd !== undefined) await batch.run('custom command', config.custom_install_cmd, own(config));
}

function deploying(options: RollOutOptions) {
  return async ({ config, rollOut, pool, artifactServer }: Context): Promise<void> => {
    await rollOut(async (batch) => {
      const app = application(batch, config);
      await fetchArtifact(batch, config, artifactServer(batch.zone));
      await pool.takeOut(batch);
      await app.stop();
      await app.change(() => install(batch, config));
      await app.start();
      await batch.waitHealthy();
      batch.runsNow();
      await pool.putBack(batch);
      await cleanOldBuilds(batch, config);
    }, member(config, options));
  };
}

async function restart({ config, rollOut, pool }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = application(batch, config);
    await pool.takeOut(batch);
    await app.stop();
    if (batch.hosts.length === 0) return pool.putBackHealthy(batch);
    await app.start();
    await batch.waitHealthy();
    await pool.putBack(batch);
  }, member(config, { stages: 'plain', verdict: 'none' }));
}

/** Without the load balancer; batches still respect the pools. */
async function hardRestart({ config, rollOut }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = application(batch, config);
    await app.stop();
    await app.start();
  }, member(config, { stages: 'plain', verdict: 'none' }));
}

export default defineScript({
  name: 'services',
  about: 'Rolls out one of several services on each host: only its own member leaves the pools.',
  config,
  needs: { deploy: ['version'] },
  actions: { deploy: deploying({}), rollback: deploying({ verdict: 'none' }), restart, hard_restart: hardRestart },
});
