import { type DynamicModule, Global, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ProgramEnd } from './program-end.js';

export interface Parts {
  /** Ports and their adapters; every module sees them. */
  ports: Provider[];
  /** What is built on ports and on what `modules` give: acceptance, runtime. */
  decisions?: Provider[];
  modules: NonNullable<ModuleMetadata['imports']>;
  /** After the bus has drained and HTTP has ended. */
  close(): Promise<void>;
}

/** One module of the parts of a program. */
export function assemble({ ports, decisions = [], modules, close }: Parts): DynamicModule {
  const shared = [...ports, ...decisions, { provide: ProgramEnd, useValue: new ProgramEnd(close) }];
  class Ports {}
  Global()(Ports);
  Module({ providers: shared, exports: shared })(Ports);
  class Program {}
  return { module: Program, imports: [Ports, ...modules] };
}
