import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsIn, IsInt, IsObject, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { Message } from './message.js';
import { SignedMessage } from './signed-message.js';

/** Commands for hosts: topic `edge.commands`, key = host name. */
export class CommandHost {
  @IsString() name: string;
  @IsString() @IsOptional() address?: string;
  @IsInt() @Min(1) @Max(65_535) @IsOptional() port?: number;
  @IsString() @IsOptional() user?: string;
  @IsArray() @IsString({ each: true }) keys: string[];
}

/** What the orchestrator signs: every field of it as canonical JSON. */
export class RunCommandPayload {
  /** Hash of (action, step key, attempt). */
  @IsString() command: string;
  @IsString() action: string;
  @IsString() key: string;
  @IsInt() @Min(1) attempt: number;
  @IsString() step: string;
  @IsDefined() @ValidateNested() @Type(() => CommandHost) host: CommandHost;
  @IsString() text: string;
  @IsIn(['durable', 'fast']) channel: 'durable' | 'fast';
  @IsInt() @Min(1) withinMs: number;
  @IsString() @IsOptional() runAs?: string;
  /** Environment variable → name of a secret of the space; resolved only in the executor. */
  @IsObject() @IsOptional() secretEnv?: Record<string, string>;
  /** For the log documents. */
  @IsString() space: string;
  @IsString() project: string;
  @IsString() type: string;
  @IsString() actor: string;
  @IsString() environment: string;
}

@Message('edge.command.requested.v1')
export class RunCommand {
  @IsDefined() @ValidateNested() @Type(() => SignedMessage) signed: SignedMessage;
  /** The action's grant, signed by the gateway. */
  @IsDefined() @ValidateNested() @Type(() => SignedMessage) grant: SignedMessage;
  /** Where the grant names its hosts by the root of a hash tree: the hashes beside the way from this host to it, in base64. */
  @IsString() @IsOptional() proof?: string;
}

export interface CancelCommandPayload { command: string; action: string; host: CommandHost; runAs?: string }

@Message('edge.command.cancelled.v1')
export class CancelCommand {
  @IsDefined() @ValidateNested() @Type(() => SignedMessage) signed: SignedMessage;
}
