import * as access from './access-bodies.js';
import * as actions from './action-bodies.js';
import * as configuration from './config-bodies.js';
import * as documents from './document-bodies.js';
import * as queries from './queries.js';
import type { BodyClass } from './check-body.js';

export * from './access-bodies.js';
export * from './action-bodies.js';
export * from './check-body.js';
export * from './config-bodies.js';
export * from './document-bodies.js';
export * from './queries.js';
export { isTime } from './checks.js';

/** Every body and query class by its name, as the route table names them. */
export const bodyClasses: Record<string, BodyClass> = { ...access, ...actions, ...configuration, ...documents, ...queries };
