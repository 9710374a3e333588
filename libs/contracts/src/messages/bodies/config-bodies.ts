import { ArrayNotEmpty, IsArray, IsBoolean, IsObject, IsString, MaxLength, ArrayMaxSize } from 'class-validator';
import type { JsonObject } from '../../json.js';
import { IsFilled, IsIfSent } from './checks.js';

export class ConfigCheckBody {
  /** Check as for an action of this type; `deploy` when absent. */
  @IsIfSent() @IsString() @IsFilled() type?: string;
  /** The action's layer. */
  @IsIfSent() @IsObject() config?: JsonObject;
}

export class HostKeysBody {
  /** OpenSSH lines without the host pattern. */
  @IsArray() @ArrayNotEmpty() @IsString({ each: true }) @IsFilled({ each: true }) keys: string[];
}

export class SecretBody {
  @IsString() @MaxLength(65_536) value: string;
}

export class ApplyBody {
  /** Each with its `kind`. */
  @IsArray() @ArrayNotEmpty() @ArrayMaxSize(20_000) @IsObject({ each: true }) documents: JsonObject[];
  /** Only answer what would change. */
  @IsIfSent() @IsBoolean() dry_run?: boolean;
}
