import { IsInt, IsObject, IsOptional, IsString, Min } from 'class-validator';
import { Message } from './message.js';

/** A message that could not be handled, with its cause and where it came from: topic `edge.dlq`. */
@Message('edge.message.rejected.v1')
export class DeadLetter {
  @IsString() cause: string;
  @IsString() topic: string;
  @IsInt() @Min(0) partition: number;
  @IsString() offset: string;
  @IsString() @IsOptional() group?: string;
  @IsInt() @Min(1) attempts: number;
  @IsString() key: string;
  @IsObject() headers: Record<string, string>;
  @IsString() value: string;
  @IsString() at: string;
}
