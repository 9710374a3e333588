import type { ActionSnapshot, Json, JsonObject, StepResult } from '@edge/contracts';
import type { ScriptInput } from '@edge/ports';
import { type Batch, type Host, milliseconds, type ScriptContext } from '@edge/script';
import { call } from './calls.js';
import { checkHealth, healthSettings } from './check-health.js';
import { CallFailed, type Conversation } from './conversation.js';
import { Ledger } from './ledger.js';
import { PoolService } from './pool-service.js';
import { rollOut } from './roll-out.js';
import { type BatchPlace, RunningBatch } from './running-batch.js';
import type { ZonePools } from './zone-pools.js';

export interface Handed<Config> { input: ScriptInput; snapshot: ActionSnapshot; config: Config; conversation: Conversation }

/** What the parts of a running script share. */
export interface World {
  snapshot: ActionSnapshot;
  /** The configuration as it was accepted. */
  values: JsonObject;
  hosts: readonly Host[];
  conversation: Conversation;
  ledger: Ledger;
  batch(place: BatchPlace, hosts: readonly Host[]): RunningBatch;
  /** Batches that belong to a zone with pools. */
  poolsOf: WeakMap<Batch, ZonePools>;
}

/** Everything that a handler is handed. */
export function createContext<Config>({ input, snapshot, config, conversation }: Handed<Config>): ScriptContext<Config> {
  const world = createWorld(input, snapshot, conversation);
  const pool = new PoolService(world, (batch) => world.poolsOf.get(batch));
  return {
    action: input.action, type: input.type, config, hosts: world.hosts, zones: snapshot.zones,
    ...(snapshot.to === undefined ? {} : { version: snapshot.to }),
    artifactServer: (zone) => artifactServer(snapshot, zone),
    rollOut: (work, options = {}) => rollOut({ world, pool, work, options }),
    pool,
    ...journaled(conversation),
  };
}

function createWorld(input: ScriptInput, snapshot: ActionSnapshot, conversation: Conversation): World {
  const ledger = new Ledger(conversation);
  const { values } = snapshot;
  const runAs = typeof values['run_as'] === 'string' ? { runAs: values['run_as'] } : {};
  return {
    snapshot, values, conversation, ledger, poolsOf: new WeakMap(), hosts: snapshot.hosts.map((host) => hostOf(snapshot, host, input.type)),
    batch: (place, hosts) => new RunningBatch(place, hosts, {
      action: input.action, conversation, ledger, ...runAs,
      checkHealth: (batch, options) => checkHealth(batch, healthSettings(values, options), conversation),
    }),
  };
}

function hostOf(snapshot: ActionSnapshot, { name, zone, pools, vars }: ActionSnapshot['hosts'][number], type: string): Host {
  const version = snapshot.toByHost?.[name] ?? snapshot.to ?? configuredVersion(snapshot, type);
  const runs = snapshot.from[name];
  return { name, zone, pools, vars: vars ?? {}, ...(version === undefined ? {} : { version }), ...(runs === undefined ? {} : { runs }) };
}

/** A restart brings no version; everything else, where the action names none, what is configured. */
function configuredVersion({ values }: ActionSnapshot, type: string): string | undefined {
  const version = values['version'];
  return typeof version === 'string' && !/restart$/.test(type) && type !== 'run' ? version : undefined;
}

function artifactServer({ artifactServers }: ActionSnapshot, zone: string): string {
  const address = artifactServers[zone];
  if (address === undefined) throw new Error(`No artifact server is known for zone ${zone}: set artifact_servers.${zone} of the platform.`);
  return address.replace(/\/+$/, '');
}

type Journaled = Pick<ScriptContext<never>, 'http' | 'waitUntil' | 'sleep' | 'approval' | 'notify' | 'now' | 'random' | 'say'>;

function journaled(conversation: Conversation): Journaled {
  const number = async (kind: 'now' | 'random') => Number(valueOf(await conversation.ask(kind, { kind })));
  const now = () => number('now');
  const sleep = async (time: string | number) => {
    await conversation.ask('sleep', { kind: 'timer', forMs: milliseconds(time) });
  };
  const say: Journaled['say'] = (text, { level = 'info', host } = {}) => conversation.note({ event: 'message', level, text, ...(host ? { host } : {}) });
  return {
    now, sleep, say,
    random: () => number('random'),
    async http({ method = 'GET', url, headers, body, within = '30s' }) {
      const withinMs = milliseconds(within);
      return call(conversation, 'http', { request: { method, url, withinMs, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body: body as JsonObject }) }, scope: method, withinMs });
    },
    async waitUntil(look, { within, every }) {
      const end = (await now()) + milliseconds(within);
      while (!(await look())) {
        if ((await now()) >= end) return false;
        await sleep(every);
      }
      return true;
    },
    async approval(question, { within } = {}) {
      conversation.note({ event: 'waiting', for: question });
      const result = await conversation.ask('approval', { kind: 'signal', names: ['approve', 'reject'], waitingFor: question, ...(within === undefined ? {} : { withinMs: milliseconds(within) }) });
      conversation.note({ event: 'going-on' });
      return 'value' in result && (result.value as { name?: Json } | null)?.name === 'approve';
    },
    async notify(text) {
      try {
        await call(conversation, 'notify', { request: { text }, scope: 'people' });
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        say(`People could not be notified: ${error.message}`, { level: 'warning' });
      }
    },
  };
}

function valueOf(result: StepResult): Json {
  return 'value' in result ? result.value : null;
}
