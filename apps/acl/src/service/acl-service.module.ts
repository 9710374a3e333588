import { Module } from '@nestjs/common';
import { AccessServiceController } from './access-service.controller.js';

/** The acl as the other services of a cluster reach it. Only its own program mounts it. */
@Module({ controllers: [AccessServiceController] })
export class AclServiceModule {}
