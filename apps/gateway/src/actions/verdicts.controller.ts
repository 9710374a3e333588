import { Body, Controller, HttpCode, Param } from '@nestjs/common';
import { UrlVerdictBody } from '@edge/contracts/messages';
import { Acceptance } from '@edge/engine';
import { Handles } from '@edge/nest';

/** Verdicts of canary services, each by the single-use address of its analysis. */
@Controller()
export class VerdictsController {
  constructor(private readonly acceptance: Acceptance) {}

  @Handles('giveVerdictByUrl') @HttpCode(200)
  say(@Param('code') code: string, @Body() { verdict, task_status: passed, reason, zone }: UrlVerdictBody) {
    return this.acceptance.verdictByUrl(code, { verdict: verdict ?? (passed === true ? 'positive' : 'negative'), ...(reason === undefined ? {} : { reason }), ...(zone === undefined ? {} : { zone }) });
  }
}
