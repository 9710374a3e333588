import { Module } from '@nestjs/common';
import { LogShipperController } from './log-shipper.controller.js';
import { OutputLines } from './output-lines.js';
import { StepSummaries } from './step-summaries.js';

/** Turns output and facts into the two log indices. Needs `LogIndex`, `Documents` and `Log` from whoever wires it. */
@Module({ controllers: [LogShipperController], providers: [OutputLines, StepSummaries] })
export class LogShipperModule {}
