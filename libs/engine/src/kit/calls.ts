import type { Calls as Shapes, Json } from '@edge/contracts';
import { CallFailed, type Conversation } from './conversation.js';

interface Call<Service extends keyof Shapes> { request: Shapes[Service]['request']; scope: string; withinMs?: number }

/** A journaled call with its shapes. @throws CallFailed with the sentence for people; Cancelled */
export async function call<Service extends keyof Shapes>(conversation: Conversation, service: Service, asked: Call<Service>): Promise<Shapes[Service]['answer']> {
  const before = conversation.cancelled;
  const answer = await callThrough(conversation, service, asked);
  conversation.goOn(before);
  return answer;
}

/** The same for what changes the world: its answer arrives even when the action is cancelled meanwhile; say `goOn` when it is dealt with. @throws CallFailed, or Cancelled if the cancellation came between */
export async function callThrough<Service extends keyof Shapes>(conversation: Conversation, service: Service, { request, scope, withinMs = 60_000 }: Call<Service>): Promise<Shapes[Service]['answer']> {
  const before = conversation.cancelled;
  const result = await conversation.ask(`${service}:${scope}`, { kind: 'call', service, request: request as unknown as Json, withinMs, scope });
  if ('value' in result) return result.value as unknown as Shapes[Service]['answer'];
  conversation.goOn(before); // a call that the cancellation turned down is no failure of its host
  throw new CallFailed('error' in result ? result.error : `${service} did not answer in time.`);
}
