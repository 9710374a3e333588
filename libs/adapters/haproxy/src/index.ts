export { type HaproxyConfig, HaproxyLoadBalancer } from './haproxy-load-balancer.js';
