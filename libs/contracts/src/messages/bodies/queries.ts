import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsTime } from './checks.js';

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1_000) limit?: number;
  @IsOptional() @IsString() @MaxLength(1_000) cursor?: string;
}

export class ActionsQuery extends PageQuery {
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() project?: string;
  @IsOptional() @IsString() type?: string;
  /** One status, or several by comma. */
  @IsOptional() @IsString() status?: string;
  /** Who asked for it, or whom it is for. */
  @IsOptional() @IsString() user?: string;
  @IsOptional() @IsString() host?: string;
  @IsOptional() @IsTime() since?: string;
  @IsOptional() @IsTime() until?: string;
}

export class LogsQuery extends PageQuery {
  @IsOptional() @IsIn(['summary', 'detail']) kind?: 'summary' | 'detail';
  @IsOptional() @IsString() @MaxLength(1_000) q?: string;
  @IsOptional() @IsString() host?: string;
  @IsOptional() @IsString() step?: string;
  @IsOptional() @IsString() command?: string;
  @IsOptional() @IsIn(['stdout', 'stderr']) stream?: 'stdout' | 'stderr';
  @IsOptional() @IsIn(['info', 'warning', 'error']) level?: 'info' | 'warning' | 'error';
  /** The newest first, page by page back in time. */
  @IsOptional() @IsIn(['true', 'false']) newest?: 'true' | 'false';
  /** What a link in a page can say, which cannot set `Accept`. */
  @IsOptional() @IsIn(['text']) format?: 'text';
}

export class OutputQuery {
  @IsOptional() @IsIn(['stdout', 'stderr']) stream?: 'stdout' | 'stderr';
}

export class CommandsQuery {
  @IsOptional() @IsIn(['true', 'false']) detail?: 'true' | 'false';
}

export class EventsQuery {
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() project?: string;
}

export class VersionsQuery extends PageQuery {
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() project?: string;
  @IsOptional() @IsString() host?: string;
  @IsOptional() @IsString() version?: string;
}

export class HostsQuery extends PageQuery {
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() zone?: string;
  @IsOptional() @IsString() pool?: string;
}

export class SearchQuery {
  /** A configuration key, with `value` its text. */
  @IsOptional() @IsString() key?: string;
  @IsOptional() @IsString() value?: string;
  /** Words in names and titles. */
  @IsOptional() @IsString() @MaxLength(200) q?: string;
  @IsOptional() @IsString() pool?: string;
  @IsOptional() @IsString() zone?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1_000) limit?: number;
}

export class ExportQuery {
  @IsOptional() @IsString() space?: string;
}

export class AuditQuery extends PageQuery {
  @IsOptional() @IsString() subject?: string;
  @IsOptional() @IsString() what?: string;
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsTime() since?: string;
  @IsOptional() @IsTime() until?: string;
}

export class ReportQuery {
  @IsOptional() @IsIn(['space', 'project', 'user', 'day', 'type']) by?: 'space' | 'project' | 'user' | 'day' | 'type';
  @IsOptional() @IsString() space?: string;
  @IsOptional() @IsString() project?: string;
  @IsOptional() @IsTime() since?: string;
  @IsOptional() @IsTime() until?: string;
}
