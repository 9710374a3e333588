export { type HostAnswer, type Simulation, type SimulationResult, simulateScript, snapshotOf } from './simulate-script.js';
