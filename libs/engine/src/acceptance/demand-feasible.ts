import { type ActionDocument, errors, type Finding } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { sentence } from './check-start.js';

const mostFindings = 50;

/**
 * What the plan of an action finds wrong and no waiting would mend: pools that the load balancer does not know or that cannot be read, thresholds that leave no
 * room, hosts in no pool. Members that are out at the moment do not matter: the action waits for them. Without pools nobody is asked.
 * @throws EdgeError `invalid`
 */
export async function demandFeasible(document: ActionDocument, { plan }: Pick<AcceptanceDeps, 'plan'>): Promise<void> {
  if (!plan || document.snapshot.pools.length === 0) return;
  const { plan: made } = await plan(document, { assume: 'all-serve' });
  const wrong = (made as unknown as { findings: Finding[] }).findings.filter(({ level }) => level !== 'warning');
  if (wrong.length > 0) throw errors.invalid(sentence(wrong), wrong.slice(0, mostFindings));
}
