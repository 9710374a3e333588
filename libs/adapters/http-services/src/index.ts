export { NodeNetwork } from './node-network.js';
