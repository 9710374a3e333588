import { Module } from '@nestjs/common';
import { ActionsController } from './actions.controller.js';
import { OrchestratorFigures } from './orchestrator-figures.js';
import { UnfinishedActions } from './unfinished-actions.js';

/** Owns actions from the queue to their end. Needs `Runtime`, `Documents` and `Log` from whoever wires it. */
@Module({ controllers: [ActionsController], providers: [OrchestratorFigures, UnfinishedActions] })
export class OrchestratorModule {}
