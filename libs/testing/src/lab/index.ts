export { findSshd } from './find-sshd.js';
export { childrenOf, startLabHost, type LabHost, type LabHostOptions } from './start-lab-host.js';
