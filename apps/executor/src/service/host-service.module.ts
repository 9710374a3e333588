import { Module } from '@nestjs/common';
import { HostServiceController } from './host-service.controller.js';

/** Hosts as the config service of a cluster asks about them. Only the executor's own program mounts it. Needs `HostReach`. */
@Module({ controllers: [HostServiceController] })
export class HostServiceModule {}
