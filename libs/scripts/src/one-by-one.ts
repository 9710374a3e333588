import { artifactKeys, type Batch, cleanOldBuilds, command, defineScript, duration, fetchArtifact, inventory, type ScriptContext, secretEnvironment, secretNames, unpackArtifact } from '@edge/script';
import { z } from 'zod';

const config = z.object({
  ...inventory,
  ...artifactKeys,
  stop_command: command(),
  start_command: command(),
  custom_install_cmd: command().optional().meta({ description: 'Last step of the installation.' }),
  command_timeout: duration().default('10m').meta({ description: 'Time for each of these commands on one host.' }),
  secret_env: secretEnvironment().optional().meta({ description: 'Secrets that these commands find in their environment.' }),
  stop_on_failure: z.boolean().default(true).meta({ description: 'A failed host ends the action; false: the others are still tried.' }),
});

type Context = ScriptContext<z.infer<typeof config>>;

/** Stop, install, start; what is live stays live until the new artifact is there and its checksum is right. */
async function install({ config, rollOut, artifactServer }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const own = commands(config);
    await batch.run('stop', config.stop_command, own);
    const stopped = batch.hosts;
    await fetchArtifact(batch, config, artifactServer(batch.zone));
    if (batch.hosts.length < stopped.length) await startAgain(batch, config);
    await unpackArtifact(batch, config);
    if (config.custom_install_cmd !== undefined) await batch.run('custom command', config.custom_install_cmd, own);
    await batch.run('start', config.start_command, own);
    batch.runsNow();
    await cleanOldBuilds(batch, config);
  }, order(config));
}

async function restart({ config, rollOut }: Context): Promise<void> {
  await rollOut(async (batch) => {
    await batch.run('stop', config.stop_command, commands(config));
    await batch.run('start', config.start_command, commands(config));
  }, order(config));
}

/** Nothing was removed yet: a host that could not get the artifact goes on with the version that it has. */
async function startAgain(batch: Batch, config: Context['config']): Promise<void> {
  await batch.run('start again', config.start_command, { ...commands(config), on: 'lost' });
}

const commands = ({ command_timeout, secret_env }: Context['config']) => ({ within: command_timeout, secretEnv: secretNames(secret_env) });
const order = ({ stop_on_failure }: Context['config']) => ({ order: 'one-by-one', onFailure: stop_on_failure ? 'stop' : 'go-on' }) as const;

export default defineScript({
  name: 'one-by-one',
  about: 'Stops, installs and starts hosts strictly one after another, without a load balancer.',
  config,
  needs: { deploy: ['version'] },
  actions: { deploy: install, rollback: install, restart },
});
