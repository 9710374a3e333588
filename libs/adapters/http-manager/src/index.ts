export { HttpManagerLoadBalancer, type HttpManagerConfig } from './http-manager.js';
