import type { Finding } from '@edge/contracts';

const blank = (text: string) => text.trim() === '';

/** A reason is a text, or a text per selected host; an environment may demand it; who cancels others or overrides a freeze must give it. */
export function checkReason(reason: string | Record<string, string> | undefined, { demandedBy, hosts }: { demandedBy: string | undefined; hosts: string[] }): Finding[] {
  const demanded = { detail: `${demandedBy} demands a reason.`, remedy: 'Say in "reason" why this is done: a text, or a text per host.' };
  const required = demandedBy !== undefined;
  if (reason === undefined) return required ? [{ pointer: '/reason', ...demanded }] : [];
  if (typeof reason === 'string') return required && blank(reason) ? [{ pointer: '/reason', ...demanded }] : [];
  const foreign = Object.keys(reason).filter((host) => !hosts.includes(host)).map((host) => ({ pointer: `/reason/${host}`, detail: `"${host}" is none of the selected hosts.`, remedy: 'Give reasons for selected hosts only.' }));
  const missing = required ? hosts.filter((host) => blank(reason[host] ?? '')).map((host) => ({ pointer: `/reason/${host}`, detail: `Host ${host} has no reason; ${demandedBy === 'The environment' ? 'the environment' : demandedBy} demands one.`, remedy: demanded.remedy })) : [];
  return [...foreign, ...missing];
}
