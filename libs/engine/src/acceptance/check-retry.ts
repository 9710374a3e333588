import { type ActionDocument, type ActionSnapshot, type ActionView, EdgeError, errors, type HostState, inConfig, isEnd } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { secondPerson } from './build-document.js';
import { checkCommands } from './check-commands.js';
import { noProject } from './check-run.js';
import { protection } from './check-start.js';
import { leftOut } from './left-out.js';
import { freezeFor } from './may-start.js';

/** The same snapshot on the hosts that did not succeed, by the rules of today. @throws EdgeError `too-late` with the status, `frozen`, `invalid` */
export async function checkRetry({ document: former, view }: { document: ActionDocument; view: ActionView }, deps: AcceptanceDeps): Promise<{ snapshot: ActionSnapshot; approvals: string[] }> {
  const { id, space, project, environment, type } = former;
  if (!isEnd(view.status)) throw new EdgeError('too-late', `Action ${id} is ${view.status}: it can be retried when it has ended.`);
  const open = new Set(view.hosts.filter(({ state }) => state !== ('succeeded' satisfies HostState)).map(({ host }) => host));
  if (open.size === 0) throw new EdgeError('too-late', `Action ${id} is ${view.status}: every host succeeded, there is nothing to retry.`);
  const rules = await deps.config.rules({ space, at: new Date(deps.clock.now()).toISOString(), ...(environment === noProject ? {} : { environment }) });
  const freeze = freezeFor(rules.freezes, type);
  if (freeze) throw errors.frozen(freeze.name, freeze.to);
  const commands = checkCommands(former.snapshot, { checkCommand: deps.checkCommand, rules: rules.policies });
  if (commands.findings.length > 0) throw errors.invalid(commands.findings[0]!.detail, commands.findings.map(inConfig));
  const hosts = former.snapshot.hosts.filter(({ name }) => open.has(name));
  const left = former.snapshot.pools.length > 0 ? await leftOut(deps, { space, project, hosts: hosts.map(({ name }) => name) }) : {};
  const { leftOut: _, ...snapshot } = former.snapshot;
  return {
    approvals: former.needsApproval ? [former.approvalReason?.replace(`${secondPerson} `, '') ?? 'The first one needed it, too.'] : [...protection(rules, environment), ...commands.approvals],
    snapshot: { ...snapshot, hosts, zones: snapshot.zones.filter((zone) => hosts.some((host) => host.zone === zone)), ...(Object.keys(left).length > 0 ? { leftOut: left } : {}) },
  };
}
