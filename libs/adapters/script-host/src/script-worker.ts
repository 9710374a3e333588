// The thread that scripts run in. Loads kit and script from memory, closes the world, then answers one question at a time.
// Imports nothing of ours at run time: Node runs this file as it is, and a build puts it beside the program as one file.
import { registerHooks } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { ScriptBundle, ScriptInput, ScriptRun, Turn } from '@edge/ports';
import type { Answer, Question } from './protocol.js';

interface Kit {
  describeScript(script: unknown): unknown;
  checkConfiguration(script: unknown, type: string, config: object): unknown;
  runScript(script: unknown, input: ScriptInput, surroundings: object): ScriptRun;
  /** Kits of former releases have none. */
  rehearse?(script: unknown, given: object, surroundings: object): Promise<unknown>;
}

const bundles = new Map<string, ScriptBundle>();
const kits = new Map<string, string>();
const definitions = new Map<string, unknown>();
const runs = new Map<string, ScriptRun>();
const macrotask = setImmediate;
const surroundings = { settle: () => new Promise<void>((resolve) => macrotask(resolve)), locate };
const port = parentPort!;

registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL ?? '';
    if (specifier.startsWith('edge-kit:') || specifier.startsWith('edge-script:')) return { url: specifier, format: 'module', shortCircuit: true };
    if (!from.startsWith('edge-script:')) return next(specifier, context);
    const bundle = bundleOf(from);
    if (specifier !== '@edge/script' && specifier !== 'zod') throw new Error(`A script may import only '@edge/script' and 'zod', not '${specifier}'.`);
    return { url: kitUrl(bundle), format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (url.startsWith('edge-kit:')) return { format: 'module', source: kits.get(url)!, shortCircuit: true };
    if (url.startsWith('edge-script:')) return { format: 'module', source: bundleOf(url).source, shortCircuit: true };
    return next(url, context);
  },
});
closeTheWorld();
port.on('message', (question: Question) => void answer(question));

async function answer(question: Question): Promise<void> {
  let reply: Answer;
  try {
    reply = { n: question.n, value: await perform(question) };
  } catch (error) {
    reply = { n: question.n, error: { message: error instanceof Error ? error.message : String(error), ...locate(error) } };
  }
  port.postMessage(reply);
}

async function perform(question: Question): Promise<unknown> {
  if (question.ask === 'load') {
    bundles.set(question.bundle.sha, question.bundle);
    kits.set(kitUrl(question.bundle), question.bundle.kit);
    return null;
  }
  if (question.ask === 'describe') return (await kitOf(question.sha)).describeScript(await definition(question.sha));
  if (question.ask === 'check') return check(question);
  if (question.ask === 'rehearse') return rehearse(question);
  if (question.ask === 'start') return start(question);
  if (question.ask === 'deliver') return deliver(question);
  runs.get(question.run)?.stop();
  runs.delete(question.run);
  return null;
}

async function check({ sha, checks }: Extract<Question, { ask: 'check' }>): Promise<unknown[]> {
  const [kit, script] = [await kitOf(sha), await definition(sha)];
  const findings: unknown[] = [];
  for (const { type, config } of checks) findings.push(await kit.checkConfiguration(script, type, config));
  return findings;
}

/** Every run gets the author's module anew: what a script keeps in variables of its module is its own. */
async function start({ run, sha, input }: Extract<Question, { ask: 'start' }>): Promise<unknown> {
  const script = await load(sha, run);
  const running = (await kitOf(sha)).runScript(script, input, surroundings);
  runs.set(run, running);
  return running.start();
}

/** As text: a plan of many hosts is read faster so than it is copied. */
async function rehearse({ run, sha, input, known }: Extract<Question, { ask: 'rehearse' }>): Promise<string | null> {
  const kit = await kitOf(sha);
  return kit.rehearse ? JSON.stringify(await kit.rehearse(await load(sha, run), { input, known }, surroundings)) : null;
}

/** One after the other: what the script asks between two is part of what it does. Kits of former releases take no more than one. */
async function deliver({ run, deliveries }: Extract<Question, { ask: 'deliver' }>): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const delivery of deliveries) turns.push(await runs.get(run)!.deliver(delivery));
  return turns;
}

async function definition(sha: string): Promise<unknown> {
  if (!definitions.has(sha)) definitions.set(sha, await load(sha, 'definition'));
  return definitions.get(sha);
}

async function load(sha: string, as: string): Promise<unknown> {
  const { file } = bundles.get(sha)!;
  const module = await import(`edge-script:///${sha}/${encodeURIComponent(as)}/${encodeURIComponent(file)}`) as { default?: unknown };
  if (typeof module.default !== 'object' || module.default === null) throw new Error(`${file} must say \`export default defineScript({…})\`.`);
  return module.default;
}

async function kitOf(sha: string): Promise<Kit> {
  return await import(kitUrl(bundles.get(sha)!)) as Kit;
}

function bundleOf(url: string): ScriptBundle {
  return bundles.get(url.split('/')[3]!)!;
}

/** Bundles of one kit share its module, named for the bundle that brought it. */
function kitUrl({ kit, sha }: ScriptBundle): string {
  for (const [url, text] of kits) if (text === kit) return url;
  return `edge-kit:///${sha}`;
}

function locate(error: unknown): { file?: string; line?: number } {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const found = /edge-script:\/\/\/[^/]+\/[^/]+\/([^\s:)]+):(\d+)/.exec(stack);
  return found ? { file: decodeURIComponent(found[1]!), line: Number(found[2]) } : {};
}

/** A script that looked at the clock or the network would not replay: those doors say which one to take instead. */
function closeTheWorld(): void {
  const closed: Record<string, string> = {
    setTimeout: 'sleep', setInterval: 'sleep', setImmediate: 'sleep', fetch: 'http', WebSocket: 'http', EventSource: 'http', XMLHttpRequest: 'http',
    crypto: 'random', performance: 'now', process: 'config', Buffer: 'config', BroadcastChannel: 'notify', MessageChannel: 'notify', Worker: 'rollOut',
  };
  for (const [name, instead] of Object.entries(closed)) {
    Object.defineProperty(globalThis, name, { configurable: false, get() { throw new Error(`A script cannot use ${name}: what it does must replay. Use "${instead}" of what the handler is handed.`); } });
  }
  Object.defineProperty(globalThis, 'navigator', { value: undefined }); // zod asks whether there is one
  const RealDate = Date;
  const refuse = (): never => { throw new Error('A script cannot look at the clock: what it does must replay. Use "now" of what the handler is handed.'); };
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) => (args.length === 0 ? refuse() : Reflect.construct(target, args, newTarget) as Date),
    apply: refuse,
    get: (target, key) => (key === 'now' ? refuse : Reflect.get(target, key) as unknown),
  });
  Math.random = () => { throw new Error('A script cannot roll dice by itself: what it does must replay. Use "random" of what the handler is handed.'); };
}
