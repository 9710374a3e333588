import { topics } from '@edge/contracts';

/** Which actions are this process's to try. Whoever wires several orchestrators beside each other gives one; without it all are. The journal decides who may. */
export abstract class ActionOwnership {
  abstract isMine(action: string): boolean;
}

export interface Assignment {
  /** Partitions of `edge.actions` that this process reads now. */
  partitions(): number[];
  /** The partition of a key; undefined while it is not known. */
  partitionOf(topic: string, key: string): number | undefined;
}

/** An action is whose partition of `edge.actions` it is in: messages of it arrive there too. */
export class PartitionOwnership extends ActionOwnership {
  private assignment: Assignment | undefined;

  follow(assignment: Assignment): void {
    this.assignment = assignment;
  }

  isMine(action: string): boolean {
    const partition = this.assignment?.partitionOf(topics.actions.name, action);
    return partition !== undefined && this.assignment!.partitions().includes(partition);
  }
}
