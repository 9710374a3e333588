import {
  artifactKeys, type Batch, cleanOldBuilds, command, defineScript, fetchArtifact, inventory, rolloutKeys, type RollOutOptions, type ScriptContext, secretEnvironment, secretNames, timeLimit, unpackArtifact,
} from '@edge/script';
import { z } from 'zod';

const config = z.object({
  ...inventory,
  ...artifactKeys,
  ...rolloutKeys,
  stop_command: command(),
  start_command: command(),
  custom_install_cmd: command().optional().meta({ description: 'Last step of the installation.' }),
  command_timeout: timeLimit().default('10m').meta({ description: 'Time for each of these commands on one host.' }),
  secret_env: secretEnvironment().optional().meta({ description: 'Secrets that these commands find in their environment.' }),
  alerts_off_url: z.url().optional().meta({ description: 'Asked with GET before each pool: silences its alerts and autoscaling.' }),
  alerts_on_url: z.url().optional().meta({ description: 'Asked with GET after each pool, also when something failed or was cancelled.' }),
});

type Config = z.infer<typeof config>;
type Context = ScriptContext<Config>;

const own = ({ command_timeout, secret_env }: Config) => ({ within: command_timeout, secretEnv: secretNames(secret_env) });

/** What stops and starts it: a host that something goes wrong with in between is started again, or said to be down. */
const application = (batch: Batch, config: Config) => batch.application({ stop: { text: config.stop_command, ...own(config) }, start: { text: config.start_command, ...own(config) } });

async function install(batch: Batch, config: Config): Promise<void> {
  await unpackArtifact(batch, config);
  if (config.custom_install_cmd !== undefined) await batch.run('custom command', config.custom_install_cmd, own(config));
}

/** Fetch, drain, stop, install, start, check, put back: batch after batch. A host that cannot get its artifact never leaves its pools. */
function deploying(options: RollOutOptions) {
  return async (edge: Context): Promise<void> => {
    const { config, rollOut, pool, artifactServer } = edge;
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
    }, { ...options, hooks: alerts(edge) });
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
  }, { stages: 'plain', verdict: 'none' });
}

/** Without the load balancer: no draining, no health check; batches still respect the pools. */
function hardDeploying(options: RollOutOptions) {
  return async (edge: Context): Promise<void> => {
    const { config, rollOut, artifactServer } = edge;
    await rollOut(async (batch) => {
      const app = application(batch, config);
      await fetchArtifact(batch, config, artifactServer(batch.zone));
      await app.stop();
      await app.change(() => install(batch, config));
      await app.start();
      batch.runsNow();
      await cleanOldBuilds(batch, config);
    }, { ...options, hooks: alerts(edge) });
  };
}

async function hardRestart({ config, rollOut }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = application(batch, config);
    await app.stop();
    await app.start();
  }, { stages: 'plain', verdict: 'none' });
}

/** What answers there decides nothing: an alert too many is no reason to stop. */
function alerts({ config, http, say }: Context): NonNullable<RollOutOptions['hooks']> {
  const ask = async (url: string | undefined, what: string): Promise<void> => {
    if (url === undefined) return;
    try {
      const { status } = await http({ url });
      if (status >= 400) say(`Alerts could not be switched ${what}: the answer is ${status}.`, { level: 'warning' });
    } catch (error) {
      say(`Alerts could not be switched ${what}: ${error instanceof Error ? error.message : String(error)}`, { level: 'warning' });
    }
  };
  return { before: () => ask(config.alerts_off_url, 'off'), after: () => ask(config.alerts_on_url, 'on') };
}

export default defineScript({
  name: 'load-balanced',
  about: 'Drains, installs and restarts hosts in staggered batches behind a load balancer.',
  config,
  needs: { deploy: ['version'], hard_deploy: ['version'] },
  actions: {
    deploy: deploying({}),
    rollback: deploying({ verdict: 'none' }),
    restart,
    hard_deploy: hardDeploying({ verdict: 'none' }),
    hard_rollback: hardDeploying({ verdict: 'none' }),
    hard_restart: hardRestart,
  },
});
