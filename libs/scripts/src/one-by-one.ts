import { artifactKeys, type Batch, cleanOldBuilds, command, defineScript, fetchArtifact, inventory, type ScriptContext, secretEnvironment, secretNames, timeLimit, unpackArtifact } from '@edge/script';
import { z } from 'zod';

const config = z.object({
  ...inventory,
  ...artifactKeys,
  stop_command: command(),
  start_command: command(),
  custom_install_cmd: command().optional().meta({ description: 'Last step of the installation.' }),
  command_timeout: timeLimit().default('10m').meta({ description: 'Time for each of these commands on one host.' }),
  secret_env: secretEnvironment().optional().meta({ description: 'Secrets that these commands find in their environment.' }),
  stop_on_failure: z.boolean().default(true).meta({ description: 'A failed host ends the action; false: the others are still tried.' }),
});

type Context = ScriptContext<z.infer<typeof config>>;

/** What stops and starts it: a host that something goes wrong with in between is started again, or said to be down. */
const application = (batch: Batch, config: Context['config']) => batch.application({ stop: { text: config.stop_command, ...commands(config) }, start: { text: config.start_command, ...commands(config) } });

/** Stop, install, start; nothing is removed until the new artifact is there and its checksum is right. */
async function install({ config, rollOut, artifactServer }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = application(batch, config);
    await app.stop();
    await fetchArtifact(batch, config, artifactServer(batch.zone));
    await app.change(async () => {
      await unpackArtifact(batch, config);
      if (config.custom_install_cmd !== undefined) await batch.run('custom command', config.custom_install_cmd, commands(config));
    });
    await app.start();
    batch.runsNow();
    await cleanOldBuilds(batch, config);
  }, order(config));
}

async function restart({ config, rollOut }: Context): Promise<void> {
  await rollOut(async (batch) => {
    const app = application(batch, config);
    await app.stop();
    await app.start();
  }, order(config));
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
