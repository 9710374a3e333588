import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsNumber, IsObject, IsOptional, IsString, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import type { JsonObject } from '../../json.js';
import { IsDuration, IsFilled, IsTextOrTextPerHost, IsZoneOrder } from './checks.js';

const hostsMessage = { message: '$property is empty: name the hosts, or leave the field out for all of them' };
const blankHost = { each: true, message: '$property has a blank entry' };

/** What an action is to do, for the plan and for the start alike. */
export class PlanBody {
  /** Absent: all hosts of the project. */
  @IsOptional() @IsArray() @ArrayNotEmpty(hostsMessage) @ArrayMaxSize(10_000) @IsString({ each: true }) @IsFilled(blankHost) servers?: string[];
  @IsOptional() @IsString() @IsFilled() @MaxLength(255) version?: string;
  @IsOptional() @IsObject() config?: JsonObject;
  @IsOptional() @IsZoneOrder() zones?: 'parallel' | string[];
}

export class StartActionBody extends PlanBody {
  /** Who it is for, beside who asks. */
  @IsOptional() @IsString() @IsFilled() @MaxLength(255) user?: string;
  /** Seconds. */
  @IsOptional() @IsNumber() @Min(0) @Max(604_800) countdown?: number;
  @IsOptional() @IsTextOrTextPerHost() reason?: string | Record<string, string>;
  @IsOptional() @IsBoolean() dry_run?: boolean;
  @IsOptional() @IsString() @IsNotEmpty() plan_hash?: string;
  /** Name of the freeze window that this action may break: needs `manage-grants` and a reason. */
  @IsOptional() @IsString() @IsFilled() @MaxLength(255) override_freeze?: string;
  @IsOptional() @IsIn(['queue', 'reject', 'supersede', 'cancel-and-run']) on_busy?: 'queue' | 'reject' | 'supersede' | 'cancel-and-run';
  @IsOptional() @IsDuration() start_within?: string | number;
  @IsOptional() @IsBoolean() allow_duplicate?: boolean;
}

export class SignalBody {
  @IsOptional() @IsString() @MaxLength(2_000) reason?: string;
}

export class VerdictBody {
  @IsString() @IsFilled() zone: string;
  @IsInt() @Min(1) stage: number;
  @IsIn(['positive', 'negative', 'inconclusive']) verdict: 'positive' | 'negative' | 'inconclusive';
  @IsOptional() @IsString() @MaxLength(2_000) reason?: string;
}

/** What the canary service says at the URL that it was given. `task_status` is how the original's service says it. */
export class UrlVerdictBody {
  @ValidateIf(({ task_status: said }: UrlVerdictBody) => said === undefined) @IsIn(['positive', 'negative', 'inconclusive']) verdict?: 'positive' | 'negative' | 'inconclusive';
  @IsOptional() @IsBoolean() task_status?: boolean;
  @IsOptional() @IsString() @MaxLength(255) task_id?: string;
  @IsOptional() @IsString() @IsFilled() zone?: string;
  @IsOptional() @IsString() @MaxLength(2_000) reason?: string;
}

class CommandBody {
  @IsString() @IsFilled() command: string;
  @IsOptional() @IsString() @IsFilled() run_as?: string;
  @IsOptional() @IsString() @IsFilled() space?: string;
}

export class CheckCommandBody extends CommandBody {
  /** With the rules for this environment. */
  @IsOptional() @IsString() @IsFilled() environment?: string;
}

export class RunCommandsBody extends CommandBody {
  @IsArray() @ArrayNotEmpty({ message: '$property is empty: name at least one host' }) @ArrayMaxSize(10_000) @IsString({ each: true }) @IsFilled(blankHost) hosts: string[];
  /** 600 s when absent. */
  @IsOptional() @IsDuration() timeout?: string | number;
  /** Hosts at once; 10 per space when absent. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000) concurrency?: number;
}

export class VersionBody {
  @IsString() @IsFilled() space: string;
  @IsString() @IsFilled() project: string;
  @IsString() @IsFilled() host: string;
  @IsString() @IsFilled() @MaxLength(255) version: string;
}
