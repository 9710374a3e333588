/** One HTTP exchange. `body` is text; `withinMs` covers all of it. */
export interface NetworkRequest { method: string; url: string; headers?: Record<string, string>; body?: string; withinMs: number }

/** `body` is at most 1 MiB of text, cut there. */
export interface NetworkAnswer { status: number; body: string }

/** The network as load balancers, health checks and canary services are reached through it. Any status is an answer; no answer is a rejection with a sentence for people. */
export abstract class Network {
  abstract http(request: NetworkRequest): Promise<NetworkAnswer>;
  /** Resolves when a TCP connection could be made (and closes it). */
  abstract connects(address: string, port: number, withinMs: number): Promise<void>;
}
