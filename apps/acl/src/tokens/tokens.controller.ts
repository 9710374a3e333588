import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import { type Caller, errors, parseDuration } from '@edge/contracts';
import { PageQuery, TokenBody } from '@edge/contracts/messages';
import { CallerOf, type EdgeReply, type EdgeRequest, fillPage, Handles, linked, type Page, Permits } from '@edge/nest';
import { Clock } from '@edge/ports';
import { demandReach, type StoredToken, TokenStore } from './token-store.js';

type ShownToken = Omit<StoredToken, 'hash' | 'createdBy' | 'createdAt' | 'expiresAt' | 'actsAs'> & { id: string; acts_as?: string; created_by: string; created_at: string; expires_at?: string };

const usualMs = 90 * 86_400_000;
const mostMs = 366 * 86_400_000;

@Controller()
export class TokensController {
  constructor(private readonly tokens: TokenStore, private readonly permits: Permits, private readonly clock: Clock) {}

  @Handles('listTokens')
  async list(@Query() query: PageQuery, @CallerOf() caller: Caller, @Req() request: EdgeRequest, @Res({ passthrough: true }) reply: EdgeReply): Promise<Page<ShownToken>> {
    const { rows, ...rest } = await fillPage(query, { fetch: (after, limit) => this.tokens.list(after, limit), keep: ({ id, document }) => this.mayManage(caller, id, document) });
    return linked(request, reply, { items: rows.map(({ id, document }) => shown(id, document)), ...rest });
  }

  @Handles('createToken')
  async create(@Body() body: TokenBody, @CallerOf() caller: Caller): Promise<ShownToken & { token: string }> {
    const { expires_in: expiresIn, ...reach } = body;
    demandReach(reach);
    if (body.project && !body.space) throw errors.invalidField('/project', 'A project needs its space.', 'Name the space.');
    await this.permits.require(caller, this.powerOver(reach));
    const forMs = expiresIn === undefined ? usualMs : (parseDuration(expiresIn) ?? usualMs);
    if (forMs < 1_000 || forMs > mostMs) throw errors.invalidField('/expires_in', 'A token is good for a second at least and 366 days at most.');
    const { id, token, stored } = await this.tokens.create({ ...reach, createdBy: caller.subject, expiresAt: new Date(this.clock.now() + forMs).toISOString() });
    return { ...shown(id, stored), token };
  }

  @Handles('revokeToken')
  async revoke(@Param('token') id: string, @CallerOf() caller: Caller): Promise<void> {
    const stored = await this.tokens.get(id);
    if (!stored || !(await this.mayManage(caller, id, stored))) throw errors.notFound(`token "${id}"`);
    await this.tokens.revoke(id);
  }

  private async mayManage(caller: Caller, id: string, stored: StoredToken): Promise<boolean> {
    return caller.subject === `token:${id}` || caller.subject === stored.createdBy || caller.subject === stored.actsAs || this.permits.may(caller, this.powerOver(stored));
  }

  /** Nobody gives what only a superuser has, but a superuser. */
  private powerOver({ role, space, project }: Pick<StoredToken, 'role' | 'space' | 'project'>) {
    if (space === undefined || role === 'superuser' || role === 'auditor') return { permission: 'manage-platform' } as const;
    return { permission: 'manage-grants', space, ...(project ? { project } : {}) } as const;
  }
}

function shown(id: string, { hash: _hash, actsAs, createdBy, createdAt, expiresAt, ...rest }: StoredToken): ShownToken {
  return { id, ...rest, ...(actsAs ? { acts_as: actsAs } : {}), created_by: createdBy, created_at: createdAt, ...(expiresAt ? { expires_at: expiresAt } : {}) };
}
