import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { Message } from './message.js';
import { SignedMessage } from './signed-message.js';

/** Everything that happens to an action: topic `edge.actions`, key = action id. */
@Message('edge.action.requested.v1')
export class ActionRequested {
  @IsString() action: string;
}

/** What an executor signs: `CommandResultPayload` as canonical JSON. */
export interface CommandResultPayload {
  action: string;
  command: string;
  key: string;
  attempt: number;
  host: string;
  executor: string;
  result: import('../outcomes.js').HostResult;
}

@Message('edge.command.finished.v1')
export class CommandFinished {
  @IsString() action: string;
  @IsString() command: string;
  @IsDefined() @ValidateNested() @Type(() => SignedMessage) signed: SignedMessage;
}

/** Which commands an executor is working on: the orchestrator sends a command again that nobody has spoken of. */
@Message('edge.command.running.v1')
export class CommandsRunning {
  @IsString() action: string;
  @IsString() executor: string;
  @IsString({ each: true }) commands: string[];
  @IsInt() @Min(0) @IsOptional() at?: number;
}

/** What the gateway signs for a signal: `{action, signal}` as canonical JSON. */
export interface SignalPayload { action: string; signal: import('../journal.js').Signal }

@Message('edge.signal.sent.v1')
export class SignalSent {
  @IsString() action: string;
  @IsDefined() @ValidateNested() @Type(() => SignedMessage) signed: SignedMessage;
}
