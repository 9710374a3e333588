import type { Envelope } from '@edge/contracts/messages';
import type { DispatchCaps } from '@edge/engine';
import type { DeliveredRecord } from '@edge/ports';

/** What stands beside the topic in `@EventPattern(topic, {…})`. Handlers of one topic and group get every record together. */
export interface BusHandlerOptions {
  group: string;
  /** Where a group begins that is new. Default `earliest`. */
  from?: 'earliest' | 'latest';
  /** A group of its own for each process, which never commits: for those who watch from now on. */
  perProcess?: boolean;
  /** Records in work at most. */
  cap?: number;
  /** Their characters at most, of all partitions and of one. */
  size?: Pick<DispatchCaps, 'bytes' | 'share'>;
  /** Event types that do not wait behind the records of their lane. */
  control?: readonly string[];
  /** Records of one lane are handled one after the other. Default: the record's key. */
  laneOf?: (envelope: Envelope, record: DeliveredRecord) => string;
  /** A failure is tried again for as long as it takes, unless its error says that trying again is useless. Without it a few failures make a dead letter. */
  patient?: boolean;
  /** The handler is given the record as it came, whatever it carries. */
  raw?: boolean;
}
