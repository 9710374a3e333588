import type { Finding } from '@edge/contracts';

const blank = (text: string) => text.trim() === '';

/** A reason is a text, or a text per selected host; an environment may demand it. */
export function checkReason(reason: string | Record<string, string> | undefined, { required, hosts }: { required: boolean; hosts: string[] }): Finding[] {
  const demanded = { detail: 'The environment, or the freeze that is overridden, demands a reason.', remedy: 'Say in "reason" why this is done: a text, or a text per host.' };
  if (reason === undefined) return required ? [{ pointer: '/reason', ...demanded }] : [];
  if (typeof reason === 'string') return required && blank(reason) ? [{ pointer: '/reason', ...demanded }] : [];
  const foreign = Object.keys(reason).filter((host) => !hosts.includes(host)).map((host) => ({ pointer: `/reason/${host}`, detail: `"${host}" is none of the selected hosts.`, remedy: 'Give reasons for selected hosts only.' }));
  const missing = required ? hosts.filter((host) => blank(reason[host] ?? '')).map((host) => ({ pointer: `/reason/${host}`, detail: `Host ${host} has no reason; the environment, or the freeze that is overridden, demands one.`, remedy: demanded.remedy })) : [];
  return [...foreign, ...missing];
}
