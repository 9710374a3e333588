import { Module } from '@nestjs/common';
import { ConfigServiceController } from './config-service.controller.js';
import { HostKeyWatchController } from './host-key-watch.controller.js';

/** The configuration as the other services of a cluster reach it. Only its own program mounts it. */
@Module({ controllers: [ConfigServiceController, HostKeyWatchController] })
export class ConfigServiceModule {}
