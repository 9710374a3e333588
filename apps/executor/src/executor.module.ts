import { Module } from '@nestjs/common';
import { CommandsController } from './commands.controller.js';
import { ExecutorService } from './executor.service.js';
import { ExecutorFigures } from './executor-figures.js';
import { ReportRunning } from './report-running.js';

/** Runs commands on hosts. Needs `Bus`, `Shell`, `Keyring`, `Secrets`, `ConfigReader`, `Clock`, `ExecutorIdentity` and `Log` from whoever wires it. */
@Module({ controllers: [CommandsController], providers: [ExecutorFigures, ExecutorService, ReportRunning], exports: [ExecutorService] })
export class ExecutorModule {}
