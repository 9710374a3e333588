import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { Message } from './message.js';

/** A piece of a command's output: topic `edge.output`, key = action id. Offsets in bytes as shipped; overlaps after a re-attach are exact repeats. */
@Message('edge.output.appended.v1')
export class OutputAppended {
  @IsString() action: string;
  @IsString() space: string;
  @IsString() project: string;
  @IsString() type: string;
  @IsString() actor: string;
  @IsString() host: string;
  @IsString() step: string;
  @IsString() command: string;
  @IsIn(['stdout', 'stderr']) stream: 'stdout' | 'stderr';
  @IsInt() @Min(0) offset: number;
  /** Base64. */
  @IsString() bytes: string;
  /** RFC 3339 UTC */
  @IsString() at: string;
  /** The stream ends here: an unfinished line is a line. */
  @IsBoolean() @IsOptional() last?: boolean;
}
