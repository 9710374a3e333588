import { Module } from '@nestjs/common';
import { ConfigServiceController } from './config-service.controller.js';
import { ExecutorWatchController } from './executor-watch.controller.js';
import { HostKeyWatchController } from './host-key-watch.controller.js';

/** The configuration as the other services of a cluster reach it. Only its own program mounts it. */
@Module({ controllers: [ConfigServiceController, ExecutorWatchController, HostKeyWatchController] })
export class ConfigServiceModule {}
