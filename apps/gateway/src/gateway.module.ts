import { Module } from '@nestjs/common';
import { ActionList } from './actions/action-list.js';
import { ActionReader } from './actions/action-reader.js';
import { ActionsController } from './actions/actions.controller.js';
import { AwaitEnd } from './actions/await-end.js';
import { CommandsController } from './actions/commands.controller.js';
import { EventsController } from './live/events.controller.js';
import { FollowAction } from './live/follow-action.js';
import { LiveActions } from './live/live-actions.js';
import { LiveController } from './live/live.controller.js';
import { LogsController } from './logs/logs.controller.js';
import { OutboxSweeper } from './outbox-sweeper.js';

/** REST, events and logs of actions. Needs `Acceptance`, `Access`, `ConfigReader`, `Documents`, `Journal`, `LogIndex`, `Clock` and `Log` from whoever wires it. */
@Module({
  controllers: [ActionsController, CommandsController, LogsController, EventsController, LiveController],
  providers: [ActionList, ActionReader, AwaitEnd, FollowAction, LiveActions, OutboxSweeper],
})
export class GatewayModule {}
