export { Cluster, type ClusterOptions, type Engines } from './cluster.js';
export { ServiceProcess, serviceNames, type ServiceName } from './service-process.js';
