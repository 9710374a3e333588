/** What the demo's fleet looks like: names, zones and folders; ports are chosen at its first start and kept. */
export interface DemoHost { name: string; zone: 'north' | 'south'; pool: string; sshPort: number; appPort: number }

export interface Fleet {
  folder: string;
  user: string;
  hosts: DemoHost[];
  /** One artifact server per zone. */
  artifactServers: Record<string, string>;
  artifactPorts: Record<string, number>;
  /** Where visitors reach the shop: the load balancer's front port of each zone. */
  fronts: Record<string, number>;
  /** The load balancer's runtime API. */
  balancerPort: number;
  /** What visitors were answered, and the canary service. */
  windowPort: number;
  node: string;
}

export const zones = ['north', 'south'] as const;
export const hostCount = 12;

/** The load balancer's pool of a zone. */
export function poolOf(zone: string): string {
  return `shop-${zone}`;
}

export function hostNames(): { name: string; zone: 'north' | 'south' }[] {
  return Array.from({ length: hostCount }, (_, index) => ({ name: `web-${String(index + 1).padStart(2, '0')}`, zone: index < hostCount / 2 ? 'north' : 'south' }));
}

/** Folder of one host below the fleet's: its home, its programs, its application. Nothing outside is touched. */
export function hostFolder(fleet: Pick<Fleet, 'folder'>, host: string): string {
  return `${fleet.folder}/hosts/${host}`;
}
