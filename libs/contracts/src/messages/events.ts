import { IsInt, IsObject, IsOptional, IsString, Min } from 'class-validator';
import { Message } from './message.js';

/** Public facts: topic `edge.events`, key = action id (or the document's name). `data` is the fact's own. `seq` is the journal position it came from. */
export class PublicFact {
  @IsString() @IsOptional() action?: string;
  @IsString() @IsOptional() space?: string;
  @IsString() @IsOptional() project?: string;
  @IsString() @IsOptional() actionType?: string;
  @IsString() @IsOptional() actor?: string;
  @IsString() at: string;
  @IsInt() @Min(0) @IsOptional() seq?: number;
  @IsObject() data: Record<string, unknown>;
}

@Message('edge.action.status-changed.v1') export class ActionStatusChanged extends PublicFact {}
@Message('edge.action.message-added.v1') export class ActionMessageAdded extends PublicFact {}
@Message('edge.stage.started.v1') export class StageStarted extends PublicFact {}
@Message('edge.stage.finished.v1') export class StageFinished extends PublicFact {}
@Message('edge.batch.started.v1') export class BatchStarted extends PublicFact {}
@Message('edge.batch.finished.v1') export class BatchFinished extends PublicFact {}
@Message('edge.step.started.v1') export class StepStarted extends PublicFact {}
@Message('edge.step.finished.v1') export class StepFinished extends PublicFact {}
@Message('edge.host.changed.v1') export class HostChanged extends PublicFact {}
@Message('edge.config.changed.v1') export class ConfigChanged extends PublicFact {}
@Message('edge.grant.changed.v1') export class GrantChanged extends PublicFact {}
@Message('edge.host-key.changed.v1') export class HostKeyChanged extends PublicFact {}
