import { Injectable } from '@nestjs/common';
import type { RequestScope } from './edge-request.js';

/** Where a thing belongs: one of these scopes must allow the request. Undefined: there is no such thing. */
export type ScopeFinder = (id: string) => Promise<RequestScope[] | undefined>;

/** Who knows where an action or a host belongs: the module that owns it registers here, the guard asks. */
@Injectable()
export class Scopes {
  private readonly finders = new Map<string, ScopeFinder>();

  register(of: 'action' | 'host', finder: ScopeFinder): void {
    this.finders.set(of, finder);
  }

  async find(of: 'action' | 'host', id: string): Promise<RequestScope[] | undefined> {
    const finder = this.finders.get(of);
    if (!finder) throw new Error(`Nobody registered where an ${of} belongs.`);
    return finder(id);
  }
}
