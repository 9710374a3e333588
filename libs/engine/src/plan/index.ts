export { planner, type PlannerDeps } from './planner.js';
export { planAction, type CheckText, type PlanDeps, type ReadMembers } from './plan-action.js';
export { readPools } from './read-pools.js';
