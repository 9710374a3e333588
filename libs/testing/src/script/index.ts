export { MemoryLoadBalancer } from './memory-load-balancer.js';
export { InProcessScriptHost } from './in-process-script-host.js';
export { SimulatedBalancer, type SimulatedPool } from './simulated-balancer.js';
export { type HostAnswer, type Simulation, type SimulationResult, replayScript, simulateScript, snapshotOf } from './simulate-script.js';
