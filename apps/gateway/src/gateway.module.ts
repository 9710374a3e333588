import { Module, type OnModuleInit } from '@nestjs/common';
import { Scopes } from '@edge/nest';
import type { ActionDocument } from '@edge/contracts';
import { ExecutorRoster } from '@edge/engine';
import { Clock, Documents } from '@edge/ports';
import { AcceptedAnswer } from './actions/accepted-answer.js';
import { ActionList } from './actions/action-list.js';
import { ActionReader } from './actions/action-reader.js';
import { ActionsController } from './actions/actions.controller.js';
import { AwaitEnd } from './actions/await-end.js';
import { VerdictsController } from './actions/verdicts.controller.js';
import { CommandSpace } from './actions/command-space.js';
import { CommandsController } from './actions/commands.controller.js';
import { EventsController } from './live/events.controller.js';
import { FollowAction } from './live/follow-action.js';
import { LiveActions } from './live/live-actions.js';
import { LiveController } from './live/live.controller.js';
import { ActionReport } from './care/action-report.js';
import { DeadLetters } from './care/dead-letters.js';
import { DeadLettersController } from './care/dead-letters.controller.js';
import { ReportsController } from './care/reports.controller.js';
import { SystemController } from './care/system.controller.js';
import { ReceiptController } from './actions/receipt.controller.js';
import { ProjectHostsController } from './hosts/project-hosts.controller.js';
import { PlanController } from './plan/plan.controller.js';
import { VersionsController } from './versions/versions.controller.js';
import { LogsController } from './logs/logs.controller.js';
import { OutboxSweeper } from './outbox-sweeper.js';
import { RequestsController } from './requests/requests.controller.js';
import { RequestsService } from './requests/requests.service.js';

/** REST, events and logs of actions. Needs `Acceptance`, `Access`, `ConfigReader`, `Documents`, `Effects`, `Journal`, `LogIndex`, `Clock` and `Log` from whoever wires it. */
@Module({
  controllers: [ActionsController, VerdictsController, CommandsController, LogsController, EventsController, LiveController, PlanController, ProjectHostsController, ReceiptController, VersionsController, DeadLettersController, ReportsController, SystemController, RequestsController],
  providers: [AcceptedAnswer, ActionList, ActionReader, AwaitEnd, CommandSpace, FollowAction, LiveActions, OutboxSweeper, ActionReport, DeadLetters, RequestsService, { provide: ExecutorRoster, inject: [Documents, Clock], useFactory: (documents: Documents, clock: Clock) => new ExecutorRoster(documents, clock) }],
})
export class GatewayModule implements OnModuleInit {
  constructor(private readonly scopes: Scopes, private readonly documents: Documents) {}

  /** Tells the guard where an action belongs. */
  onModuleInit(): void {
    this.scopes.register('action', async (id) => {
      const stored = await this.documents.get<ActionDocument>('actions', id);
      return stored && [{ space: stored.document.space, project: stored.document.project, type: stored.document.type }];
    });
  }
}
