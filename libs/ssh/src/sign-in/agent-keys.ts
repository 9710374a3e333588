import ssh2, { type BaseAgent, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';

/** A key that an agent holds, as a way of its own: ssh2 alone would try every key of the agent and run into MaxAuthTries. */
export interface AgentKey { blob: Buffer; agent: BaseAgent<ParsedKey> }

/** The agent's plain keys, in its order; a sentence where it does not answer in time. Certificates in an agent are not used: ssh2 cannot. */
export async function agentKeys(socket: string, withinMs = 3000): Promise<AgentKey[] | string> {
  const agent = ssh2.createAgent(socket);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`The agent at ${socket} does not answer`), withinMs);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) return resolve(`The agent at ${socket} cannot be asked: ${error.message}`);
      resolve((keys ?? []).flatMap((key) => {
        const parsed = parsedOf(key);
        return parsed ? [{ blob: parsed.getPublicSSH(), agent: new OneKeyAgent(agent as BaseAgent<ParsedKey>, parsed) }] : [];
      }));
    });
  });
}

function parsedOf(key: unknown): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  const one: ParsedKey | Error | undefined = Array.isArray(parsed) ? parsed[0] : parsed;
  return one instanceof Error ? undefined : one;
}

/** Shows one key of another agent. */
class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  constructor(private readonly agent: BaseAgent<ParsedKey>, private readonly key: ParsedKey) {
    super();
  }

  getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    callback(null, [this.key]);
  }

  sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
    if (typeof options === 'function') this.agent.sign(key, data, {}, options);
    else this.agent.sign(key, data, options, callback);
  }
}
