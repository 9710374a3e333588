import { IsArray, IsEmail, IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import type { Role } from '../../documents.js';
import { IsDuration, IsFilled, IsIfSent, IsName } from './checks.js';

const roleNames: Role[] = ['viewer', 'operator', 'deployer', 'admin', 'superuser', 'auditor'];

export class TokenBody {
  @IsString() @IsFilled() @MaxLength(100) name: string;
  @IsIn(roleNames) role: Role;
  @IsIfSent() @IsName() space?: string;
  @IsIfSent() @IsName() project?: string;
  @IsIfSent() @IsArray() @IsString({ each: true }) types?: string[];
  /** Configuration keys that it may set; absent: those of its role. */
  @IsIfSent() @IsArray() @IsString({ each: true }) keys?: string[];
  /** 90 days when absent. */
  @IsIfSent() @IsDuration({ atLeast: '1s', atMost: '366d' }) expires_in?: string | number;
}

export class IdentityBody {
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsString() @MaxLength(200) title?: string;
  @IsIfSent() @IsEmail() mail?: string;
  @IsIfSent() @IsString() @MinLength(12) @MaxLength(1_000) password?: string;
}

/** One of: a token · a one-time code · name and password. */
export class SessionBody {
  @IsIfSent() @IsString() @IsFilled() @MaxLength(1_000) token?: string;
  @IsIfSent() @IsString() @IsFilled() @MaxLength(1_000) code?: string;
  @IsIfSent() @IsString() @IsFilled() @MaxLength(255) name?: string;
  @IsIfSent() @IsString() @MaxLength(1_000) password?: string;
}

export class AccessCheckBody {
  /** `user:<id>` or `token:<id>`; the caller when absent. */
  @IsIfSent() @IsString() @IsFilled() subject?: string;
  /** A permission, or an action type. */
  @IsString() @IsFilled() permission: string;
  @IsIfSent() @IsString() space?: string;
  @IsIfSent() @IsString() project?: string;
  @IsIfSent() @IsArray() @IsString({ each: true }) keys?: string[];
}
