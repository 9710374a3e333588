// One contract per port: each adapter's specs run it against the real thing. Apart from `@edge/testing`, because it needs Jest.
export * from './bus-contract.js';
export * from './bus-probe.js';
export * from './documents-contract.js';
export * from './eventually.js';
export * from './journal-contract.js';
export * from './load-balancer-contract.js';
export * from './log-index-contract.js';
export { type ContractOptions, type Factory, freshName } from './suite.js';
