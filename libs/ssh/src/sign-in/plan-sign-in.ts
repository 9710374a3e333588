import type { AnyAuthMethod } from 'ssh2';
import { agentKeys, type AgentKey } from './agent-keys.js';
import { certificateProblem, readCertificateFile, withCertificate } from './certified-key.js';
import { readKeyFile, type KeyFile } from './read-key-file.js';
import type { SignInMethod } from './sign-in-methods.js';

/** What may be used to sign in. */
export interface SignInMeans {
  user: string;
  identityFiles: string[];
  /** Nobody named these files: their absence is no problem. */
  identitiesAreDefault: boolean;
  certificateFiles: string[];
  /** Of an agent's keys only those in `identityFiles`. */
  identitiesOnly: boolean;
  agentSocket?: string;
  passphrase?: string;
  password?: string;
  /** Which may be tried, in this order. */
  methods: SignInMethod[];
  nowMs: number;
}

/** `ways` in the order in which they are tried. `problems`: sentences with file and remedy about keys that cannot be used. `notes`: about what is left out on purpose. */
export interface SignInPlan { ways: AnyAuthMethod[]; problems: string[]; notes: string[] }

// sshd's MaxAuthTries is 6; two places stay free for the password.
const maxKeys = 4;

/** Reads the means and orders them: certificates, named keys (from file or agent), other keys of the agent, password, keyboard-interactive; or as `methods` has it. Never rejects. */
export async function planSignIn(means: SignInMeans): Promise<SignInPlan> {
  const keys = means.methods.includes('publickey') ? await planKeys(means) : { ways: [], problems: [], notes: ['keys (the ssh configuration does not allow them)'] };
  const ways: Record<SignInMethod, AnyAuthMethod[]> = { publickey: keys.ways, ...passwordWays(means) };
  const kept = means.password !== undefined && !means.methods.some((method) => method !== 'publickey');
  return { ways: means.methods.flatMap((method) => ways[method]), problems: keys.problems, notes: [...keys.notes, ...(kept ? ['the password (the ssh configuration does not allow it)'] : [])] };
}

async function planKeys(means: SignInMeans): Promise<SignInPlan> {
  const files = await Promise.all(means.identityFiles.map((path) => readKeyFile(path, means.passphrase)));
  const agent = means.agentSocket === undefined ? [] : await agentKeys(means.agentSocket);
  const held = typeof agent === 'string' ? [] : agent;
  const certified = await certifiedWays(files, means);
  const named = files.flatMap((file) => namedWay(file, { held, user: means.user }));
  const others = means.identitiesOnly ? [] : held.filter(({ blob }) => !files.some((file) => file.blob?.equals(blob))).map(({ agent: one }) => agentWay(means.user, one));
  const problems = [...files.flatMap((file) => problemsOf(file, { held, means })), ...certified.problems, ...(typeof agent === 'string' ? [agent] : [])];
  const all = [...certified.ways, ...named, ...others];
  const left = all.length - maxKeys;
  return { ways: all.slice(0, maxKeys), problems, notes: left > 0 ? [`${left} more ${left === 1 ? 'key' : 'keys'}, as hosts end a connection after six attempts: name the right one by IdentityFile, with IdentitiesOnly yes`] : [] };
}

function namedWay(file: KeyFile, { held, user }: { held: AgentKey[]; user: string }): AnyAuthMethod[] {
  if (file.key) return [{ type: 'publickey', username: user, key: file.key }];
  const { blob } = file;
  const inAgent = blob && held.find((one) => one.blob.equals(blob));
  return inAgent ? [agentWay(user, inAgent.agent)] : [];
}

function agentWay(username: string, agent: AgentKey['agent']): AnyAuthMethod {
  return { type: 'agent', username, agent };
}

function problemsOf(file: KeyFile, { held, means }: { held: AgentKey[]; means: SignInMeans }): string[] {
  const { blob } = file;
  const covered = blob && held.some((one) => one.blob.equals(blob));
  return !file.problem || covered || (file.missing && means.identitiesAreDefault) ? [] : [file.problem];
}

async function certifiedWays(files: KeyFile[], means: SignInMeans): Promise<Pick<SignInPlan, 'ways' | 'problems'>> {
  const found = await Promise.all([...means.certificateFiles, ...means.identityFiles.map((path) => `${path}-cert.pub`)].map((path) => readCertificateFile(path)));
  const plan: Pick<SignInPlan, 'ways' | 'problems'> = { ways: [], problems: [] };
  for (const [index, one] of found.entries()) {
    const key = one && files.find((file) => file.key && file.blob?.equals(one.certificate.key))?.key;
    const problem = one ? certificateProblem(one.path, { certificate: one.certificate, nowMs: means.nowMs }) ?? (key ? undefined : `${one.path} belongs to none of the keys`) : missing(means.certificateFiles[index]);
    if (problem) plan.problems.push(problem);
    else if (one && key) plan.ways.push({ type: 'publickey', username: means.user, key: withCertificate(key, one.blob) });
  }
  return plan;
}

function missing(path: string | undefined): string | undefined {
  return path === undefined ? undefined : `${path} is no certificate that can be read`;
}

/** keyboard-interactive answers what it is asked here; `answerOnce` decides whether it is. */
function passwordWays({ password, user: username }: SignInMeans): Record<'password' | 'keyboard-interactive', AnyAuthMethod[]> {
  if (password === undefined) return { password: [], 'keyboard-interactive': [] };
  return {
    password: [{ type: 'password', username, password }],
    'keyboard-interactive': [{ type: 'keyboard-interactive', username, prompt: (_name, _text, _language, _prompts, finish) => finish([password]) }],
  };
}
