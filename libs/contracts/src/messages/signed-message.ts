import { IsString } from 'class-validator';
import type { Signed } from '../action.js';

/** Canonical JSON with its Ed25519 signature; see `Signed`. */
export class SignedMessage implements Signed {
  @IsString() payload: string;
  @IsString() kid: string;
  @IsString() signature: string;
}
