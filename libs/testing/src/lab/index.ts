export { findSshd } from './find-sshd.js';
export { startFaultProxy, type Fault, type FaultProxy } from './start-fault-proxy.js';
export { childrenOf, startLabHost, type LabHost, type LabHostOptions } from './start-lab-host.js';
