import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type Route, type RouteName, routeOf } from '@edge/contracts';
import { bodyClasses } from '@edge/contracts/messages';
import { routeKey } from './handles.js';
import { serviceKey } from './service-route.js';

interface Found { controller: string; method: string; handler: object; prototype: object }

/** The routes of the table that this program answers, as found on its controllers. */
@Injectable()
export class HandledRoutes {
  private byName: Map<RouteName, Route> | undefined;
  private forwarded: [RouteName, Route][] = [];

  constructor(private readonly modules: ModulesContainer) {}

  /** @throws an Error that names every handler without a declared permission, or with another body than its route */
  check(): void {
    const wrong = this.found().flatMap((found) => faultsOf(found));
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  }

  /** Routes that other services answer through this program. */
  forwards(routes: [RouteName, Route][]): void {
    this.forwarded = routes;
    this.byName = undefined;
  }

  all(): Map<RouteName, Route> {
    const own = () => this.found().map(({ handler }) => Reflect.getMetadata(routeKey, handler) as RouteName).filter(Boolean).map((name): [RouteName, Route] => [name, routeOf(name)]);
    this.byName ??= new Map([...own(), ...this.forwarded]);
    return this.byName;
  }

  /** Methods that the path of the URL takes; none if there is no such path. */
  methodsOf(url: string): string[] {
    const path = (url.split('?', 1)[0] ?? '').replace(/(.)\/$/, '$1');
    return [...new Set([...this.all().values()].filter((route) => patternOf(route.path).test(path)).map((route) => route.method))].sort();
  }

  private found(): Found[] {
    const scanner = new MetadataScanner();
    return [...this.modules.values()].flatMap((module) => [...module.controllers.values()]).flatMap(({ metatype }) => {
      const prototype = (metatype as { prototype: Record<string, object> }).prototype;
      return scanner.getAllMethodNames(prototype).map((method) => ({ controller: (metatype as { name: string }).name, method, handler: prototype[method]!, prototype }));
    }).filter(({ handler }) => Reflect.hasMetadata(PATH_METADATA, handler) && Reflect.hasMetadata(METHOD_METADATA, handler));
  }
}

function faultsOf({ controller, method, handler, prototype }: Found): string[] {
  const name = Reflect.getMetadata(routeKey, handler) as RouteName | undefined;
  if (Reflect.hasMetadata(serviceKey, handler)) return [];
  if (!name) return [`${controller}.${method} answers a route without @Handles: it has no declared permission.`];
  const { body, query } = routeOf(name);
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
  const args = Object.entries((Reflect.getMetadata(ROUTE_ARGS_METADATA, prototype.constructor, method) ?? {}) as Record<string, { index: number; data?: unknown }>);
  return args.flatMap(([key, { index, data }]) => {
    const wanted = { 3: body, 4: query }[Number(key.split(':')[0])];
    if (!['3', '4'].includes(key.split(':')[0] ?? '') || data !== undefined) return [];
    return wanted && types[index] === bodyClasses[wanted] ? [] : [`${controller}.${method} reads another body or query than its route "${name}" names (${wanted ?? 'none'}).`];
  });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`);
}
