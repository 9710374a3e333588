export * from './author/index.js';
export { MemoryLoadBalancer } from './memory-load-balancer.js';
export { InProcessScriptHost } from './in-process-script-host.js';
export { type Performance, performScript } from './perform-script.js';
export { SimulatedBalancer, type SimulatedPool } from './simulated-balancer.js';
export { type HostAnswer, type Simulation, type SimulationResult, replayScript, simulateScript, snapshotOf } from './simulate-script.js';
