import type { RouteName } from '@edge/contracts';

/** In the table, not yet handled by the single process, and so absent from its description. */
export const unhandledRoutes: readonly RouteName[] = ['drainExecutor'];
