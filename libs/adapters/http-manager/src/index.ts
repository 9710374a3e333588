export { HttpManagerLoadBalancer, type HttpManagerConfig } from './http-manager.js';
export { NodeNetwork } from './node-network.js';
