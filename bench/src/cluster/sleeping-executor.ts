import type { Caller } from '@edge/contracts';
import { ExecutorIdentity, ExecutorModule } from '@edge/executor';
import { KafkaBus } from '@edge/kafka';
import { assemble, kafkaSettings, keySettings, Log, type Program, readKeyring, rimSettings, runProgram, setting, SystemClock, typedEnv } from '@edge/nest';
import { Access, type AccessAnswer, Audit, Bus, Clock, ConfigReader, ExecutorWatch, Keyring, Secrets, Shell } from '@edge/ports';
import { SleepingShell } from './sleeping-shell.js';

const spec = { ...rimSettings(8084), ...kafkaSettings, ...keySettings, atOnce: setting.integer('EDGE_BENCH_AT_ONCE', { about: 'how many commands run at once', fallback: 200 }) };
const readEnv = () => typedEnv(process.env, spec);

/** The executor of a cluster as it is (bus, signatures, grants, command policy, output, results), but for its hosts, which sleep, and its configuration, which has no rules. */
export async function runSleepingExecutor(): Promise<void> {
  await runProgram('executor', { readEnv, wire });
}

async function wire(env: ReturnType<typeof readEnv>, log: Log): Promise<Program> {
  const bus = await KafkaBus.open({ brokers: env.kafkaBrokers });
  const shell = new SleepingShell(env.atOnce);
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Shell, useValue: shell }, { provide: Keyring, useValue: readKeyring(env.keys, { signs: ['result'], trusts: ['command', 'grant'], log }) },
    { provide: Clock, useValue: new SystemClock() }, { provide: Log, useValue: log }, { provide: ConfigReader, useValue: new NoRules() }, { provide: Secrets, useValue: new NoSecrets() },
    { provide: Access, useValue: new NobodyMay() }, { provide: Audit, useValue: new Unaudited() }, { provide: ExecutorIdentity, useValue: ExecutorIdentity.ofProcess() }, { provide: ExecutorWatch, useValue: new Unwatched() },
  ];
  return { module: assemble({ ports, modules: [ExecutorModule], close: () => bus.close() }), bus, checks: {} };
}

class NoRules extends ConfigReader {
  override async resolve(): Promise<never> {
    throw new Error('An executor resolves no project.');
  }

  override async script(): Promise<undefined> {
    return undefined;
  }

  override async hosts(): Promise<[]> {
    return [];
  }

  override async rules(): ReturnType<ConfigReader['rules']> {
    return { freezes: [], policies: [], allowSelfApproval: false, protected: false };
  }

  override async versionWritten(): Promise<void> {
    throw new Error('An executor writes no version.');
  }
}

class NoSecrets extends Secrets {
  override async values(): Promise<Record<string, string>> {
    return {};
  }
}

class NobodyMay extends Access {
  override async authenticate(): Promise<Caller | undefined> {
    return undefined;
  }

  override async may(): Promise<AccessAnswer> {
    return { allowed: false, why: 'Nobody asks a benchmark.' };
  }

  override async visibleSpaces(): Promise<string[]> {
    return [];
  }
}

class Unwatched extends ExecutorWatch {
  override async heard(): Promise<{ drain: boolean }> {
    return { drain: false };
  }
}

class Unaudited extends Audit {
  override async write(): Promise<void> {
    return undefined;
  }
}
