export { edgeSettings } from './env.js';
