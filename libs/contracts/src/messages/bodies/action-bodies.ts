import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsString, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import type { JsonObject } from '../../json.js';
import { IsDuration, IsFilled, IsForeignId, IsIfSent, IsTextOrTextPerHost, IsZoneOrder } from './checks.js';

const hostsMessage = { message: '$property is empty: name the hosts, or leave the field out for all of them' };
const blankHost = { each: true, message: '$property has a blank entry' };

/** What an action is to do, for the plan and for the start alike. */
export class PlanBody {
  /** Absent: all hosts of the project. */
  @IsIfSent() @IsArray() @ArrayNotEmpty(hostsMessage) @ArrayMaxSize(10_000) @IsString({ each: true }) @IsFilled(blankHost) servers?: string[];
  @IsIfSent() @IsString() @IsFilled() @MaxLength(255) version?: string;
  @IsIfSent() @IsObject() config?: JsonObject;
  @IsIfSent() @IsZoneOrder() zones?: 'parallel' | string[];
}

export class StartActionBody extends PlanBody {
  /** Who it is for, beside who asks. */
  @IsIfSent() @IsString() @IsFilled() @MaxLength(255) @Matches(/^\P{Cc}*$/u, { message: '$property has a control character' }) user?: string;
  @IsIfSent() @IsDuration({ atMost: '7d' }) countdown?: string | number;
  @IsIfSent() @IsTextOrTextPerHost() reason?: string | Record<string, string>;
  @IsIfSent() @IsBoolean() dry_run?: boolean;
  @IsIfSent() @IsString() @IsNotEmpty() plan_hash?: string;
  /** Name of the freeze window that this action may break: needs `manage-grants` and a reason. */
  @IsIfSent() @IsString() @IsFilled() @MaxLength(255) override_freeze?: string;
  @IsIfSent() @IsIn(['queue', 'reject', 'supersede', 'cancel-and-run']) on_busy?: 'queue' | 'reject' | 'supersede' | 'cancel-and-run';
  @IsIfSent() @IsDuration({ atMost: '7d' }) start_within?: string | number;
  @IsIfSent() @IsBoolean() allow_duplicate?: boolean;
}

export class SignalBody {
  @IsIfSent() @IsString() @MaxLength(2_000) reason?: string;
}

/** A retry starts at once, unless a countdown is asked for. */
export class RetryBody extends SignalBody {
  @IsIfSent() @IsDuration({ atMost: '7d' }) countdown?: string | number;
}

export class VerdictBody {
  @IsString() @IsFilled() zone: string;
  @IsInt() @Min(1) stage: number;
  @IsIn(['positive', 'negative', 'inconclusive']) verdict: 'positive' | 'negative' | 'inconclusive';
  @IsIfSent() @IsString() @MaxLength(2_000) reason?: string;
}

/** What the canary service says at the URL that it was given. `task_status` is how the original's service says it. */
export class UrlVerdictBody {
  @ValidateIf(({ task_status: said }: UrlVerdictBody) => said === undefined) @IsIn(['positive', 'negative', 'inconclusive']) verdict?: 'positive' | 'negative' | 'inconclusive';
  @IsIfSent() @IsBoolean() task_status?: boolean;
  @IsIfSent() @IsForeignId() task_id?: string | number;
  @IsIfSent() @IsString() @IsFilled() zone?: string;
  @IsIfSent() @IsString() @MaxLength(2_000) reason?: string;
}

class CommandBody {
  @IsString() @IsFilled() command: string;
  @IsIfSent() @IsString() @IsFilled() @Matches(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, { message: '$property is no user name' }) run_as?: string;
  @IsIfSent() @IsString() @IsFilled() space?: string;
}

export class CheckCommandBody extends CommandBody {
  /** With the rules for this environment. */
  @IsIfSent() @IsString() @IsFilled() environment?: string;
}

export class RunCommandsBody extends CommandBody {
  @IsArray() @ArrayNotEmpty({ message: '$property is empty: name at least one host' }) @ArrayMaxSize(10_000) @IsString({ each: true }) @IsFilled(blankHost) hosts: string[];
  /** 600 s when absent. */
  @IsIfSent() @IsDuration({ atLeast: '1s', atMost: '7d' }) timeout?: string | number;
  /** Hosts at once; 10 per space when absent. */
  @IsIfSent() @IsInt() @Min(1) @Max(1_000) concurrency?: number;
}

export class VersionBody {
  @IsString() @IsFilled() space: string;
  @IsString() @IsFilled() project: string;
  @IsString() @IsFilled() host: string;
  @IsString() @IsFilled() @MaxLength(255) version: string;
}
