import { Global, Module } from '@nestjs/common';
import { Access, Audit } from '@edge/ports';
import { AccessController } from './access/access.controller.js';
import { GrantBook } from './access/grant-book.js';
import { AclService } from './acl.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { IdentitiesController } from './people/identities.controller.js';
import { People } from './people/people.js';
import { SessionController } from './sessions/session.controller.js';
import { SessionStore } from './sessions/session-store.js';
import { SignInLimits } from './sessions/sign-in-limits.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TokenStore } from './tokens/token-store.js';

/** Who is it, may she, who did what. Gives `Access` and `Audit` to everybody; needs `Documents`, `Keyring` and `Clock` from whoever wires it. */
@Global()
@Module({
  controllers: [AccessController, AuditController, IdentitiesController, SessionController, TokensController],
  providers: [AclService, AuditService, GrantBook, People, SessionStore, SignInLimits, TokenStore, { provide: Access, useExisting: AclService }, { provide: Audit, useExisting: AuditService }],
  exports: [Access, Audit, AclService, AuditService],
})
export class AclModule {}
