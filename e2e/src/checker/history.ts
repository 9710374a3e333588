/** What was observed from outside: the only thing the checker believes. */
export interface History {
  /** Every POST that was answered: exactly these must have ended, once. */
  acknowledged: Acknowledged[];
  /** Host → the lines that the hosts' own programs left, one per execution. */
  runs: Record<string, string[]>;
  /** Action → what Edge says of it at the end. */
  actions: Record<string, SeenAction>;
}

export interface Acknowledged {
  action: string;
  key: string;
  kind: 'count' | 'deploy';
  /** The name that counts its executions on hosts. */
  name: string;
  hosts: string[];
  lines: number;
}

export interface SeenAction {
  status: string;
  /** `notStarted`: steps whose command, Edge says, never ran. */
  hosts: { host: string; state: string; notStarted: string[] }[];
  /** `to`: of records of type `status`. */
  journal: { seq: number; type: string; at: number; prev: string; hash: string; to?: string }[];
  /** Host → stream → bytes as Edge gives them back; only for `count`. */
  outputs: Record<string, { stdout: string; stderr: string }>;
  /** Facts that a reader of the event stream got, in order, across every kill. */
  facts?: string[];
  /** The same, read afterwards without a break. */
  factsAtOnce?: string[];
}

export interface Violation { rule: string; action: string; detail: string }
