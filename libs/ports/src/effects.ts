import type { CallStep, Json } from '@edge/contracts';
import type { ActionDocument } from '@edge/contracts';

/** Performs a journaled call of a script (load balancer, health, http, notify …): at least once, so it must be idempotent. Rejects with the sentence for people. `owned` says whether the action is still the caller's: what lasts is changed only then. */
export abstract class Effects {
  abstract perform(action: ActionDocument, call: CallStep, owned?: () => Promise<boolean>): Promise<Json>;
}
