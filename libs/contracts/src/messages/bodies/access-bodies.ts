import { IsArray, IsEmail, IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import type { Role } from '../../documents.js';
import { IsDuration, IsFilled, IsName } from './checks.js';

const roleNames: Role[] = ['viewer', 'operator', 'deployer', 'admin', 'superuser', 'auditor'];

export class TokenBody {
  @IsString() @IsFilled() @MaxLength(100) name: string;
  @IsIn(roleNames) role: Role;
  @IsOptional() @IsName() space?: string;
  @IsOptional() @IsName() project?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) types?: string[];
  /** Configuration keys that it may set; absent: those of its role. */
  @IsOptional() @IsArray() @IsString({ each: true }) keys?: string[];
  /** 90 days when absent. */
  @IsOptional() @IsDuration({ atMost: '3650d' }) expires_in?: string | number;
}

export class IdentityBody {
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsString() @MaxLength(200) title?: string;
  @IsOptional() @IsEmail() mail?: string;
  @IsOptional() @IsString() @MinLength(12) @MaxLength(1_000) password?: string;
}

/** One of: a token · a one-time code · name and password. */
export class SessionBody {
  @IsOptional() @IsString() @IsFilled() @MaxLength(1_000) token?: string;
  @IsOptional() @IsString() @IsFilled() @MaxLength(1_000) code?: string;
  @IsOptional() @IsString() @IsFilled() @MaxLength(255) name?: string;
  @IsOptional() @IsString() @MaxLength(1_000) password?: string;
}

export class AccessCheckBody {
  /** `user:<id>` or `token:<id>`; the caller when absent. */
  @IsOptional() @IsString() @IsFilled() subject?: string;
  /** A permission, or an action type. */
  @IsString() @IsFilled() permission: string;
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() project?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) keys?: string[];
}
