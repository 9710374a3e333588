import { createHash, timingSafeEqual } from 'node:crypto';
import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';

export const serviceKey = 'edge:service';
export const serviceHeader = 'x-edge-service-token';

/** Makes a method the handler of a question that only other services of the cluster may ask: `POST /service/v1/<path>`. It is in no public table. */
export function ServiceRoute(path: string): MethodDecorator {
  return applyDecorators(SetMetadata(serviceKey, path), RequestMapping({ path: `/service/v1/${path}`, method: RequestMethod.POST }), HttpCode(200));
}

/** What the services of one cluster know each other by (`EDGE_SERVICE_TOKEN`). */
export class ServiceToken {
  private readonly digest: Buffer;

  constructor(token: string) {
    this.digest = digestOf(token);
  }

  fits(given: string | string[] | undefined): boolean {
    return typeof given === 'string' && timingSafeEqual(digestOf(given), this.digest);
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
