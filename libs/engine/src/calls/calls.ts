import type { ActionDocument, CallStep, Calls as Shapes, Json } from '@edge/contracts';
import { Effects } from '@edge/ports';
import { callBalancer } from './call-balancer.js';
import { callCanary } from './call-canary.js';
import { callHealth } from './call-health.js';
import type { CallScope, CallsDeps } from './call-scope.js';
import { OneAtATime } from './one-at-a-time.js';

type Handlers = { [Service in keyof Shapes]: (scope: CallScope, request: Shapes[Service]['request']) => Promise<Shapes[Service]['answer']> };

const handlers: Handlers = {
  'load-balancer': callBalancer,
  health: callHealth,
  canary: callCanary,
  async http({ network }, { body, ...request }) {
    if (!/^https?:\/\//.test(request.url)) throw new Error(`Only http and https addresses can be called, not ${request.url}.`);
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}), ...request.headers };
    return network.http({ ...request, headers, ...(text === undefined ? {} : { body: text }) });
  },
  async notify({ network, action, withinMs }, { text }) {
    const url = action.snapshot.values['notify_url'];
    if (typeof url !== 'string') return {};
    const body = JSON.stringify({ text, action: action.id, space: action.space, project: action.project, type: action.type });
    const { status } = await network.http({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body, withinMs });
    if (status >= 400) throw new Error(`${url} answered ${status}.`);
    return {};
  },
};

/** Performs the calls of scripts. Nothing here is remembered: a call that is performed again finds what it did and answers the same. */
export class Calls extends Effects {
  private readonly locks = new OneAtATime();

  constructor(private readonly deps: CallsDeps) {
    super();
  }

  async perform(action: ActionDocument, { service, request, withinMs }: CallStep, owned: () => Promise<boolean> = async () => true): Promise<Json> {
    const handler = Object.hasOwn(handlers, service) ? handlers[service as keyof Handlers] : undefined;
    if (!handler) throw new Error(`There is no service "${service}" to call; there are ${Object.keys(handlers).join(', ')}.`);
    const scope: CallScope = { ...this.deps, action, withinMs, owned, locks: this.locks };
    return (await (handler as (scope: CallScope, request: Json) => Promise<unknown>)(scope, request)) as Json;
  }
}
