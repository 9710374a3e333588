export { planner, type PlannerDeps } from './planner.js';
export { planAction, type PlanDeps } from './plan-action.js';
export type { ReadMembers } from './planned-balancer.js';
export type { CheckText } from './printing-shell.js';
