import { Module } from '@nestjs/common';
import { CommandsController } from './commands.controller.js';
import { ExecutorService } from './executor.service.js';
import { ExecutorFigures } from './executor-figures.js';
import { Intake } from './intake.js';
import { ReportRunning } from './report-running.js';
import { ReportSelf } from './report-self.js';

/** Runs commands on hosts. Needs `Bus`, `Shell`, `Keyring`, `Secrets`, `ConfigReader`, `Clock`, `ExecutorIdentity`, `ExecutorWatch` and `Log` from whoever wires it. */
@Module({ controllers: [CommandsController], providers: [ExecutorFigures, ExecutorService, Intake, ReportRunning, ReportSelf], exports: [ExecutorService, Intake] })
export class ExecutorModule {}
