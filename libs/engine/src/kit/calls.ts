import type { Calls as Shapes, Json } from '@edge/contracts';
import { CallFailed, type Conversation } from './conversation.js';

/** Journaled calls with their shapes. @throws CallFailed with the sentence for people; Cancelled */
export async function call<Service extends keyof Shapes>(
  conversation: Conversation,
  service: Service,
  { request, scope, withinMs = 60_000 }: { request: Shapes[Service]['request']; scope: string; withinMs?: number },
): Promise<Shapes[Service]['answer']> {
  const result = await conversation.ask(`${service}:${scope}`, { kind: 'call', service, request: request as unknown as Json, withinMs, scope });
  if ('value' in result) return result.value as unknown as Shapes[Service]['answer'];
  if ('error' in result) throw new CallFailed(result.error);
  throw new CallFailed(`${service} did not answer in time.`);
}
