import { Body, Controller, Param } from '@nestjs/common';
import { type Caller, type JsonObject, errors } from '@edge/contracts';
import { PlanBody } from '@edge/contracts/messages';
import { Acceptance } from '@edge/engine';
import { CallerOf, Handles } from '@edge/nest';

/** What an action would do: accepted in every respect but that nothing is stored. */
@Controller()
export class PlanController {
  constructor(private readonly acceptance: Acceptance) {}

  @Handles('planProject')
  async plan(@Param() path: { space: string; project: string; type: string }, @Body() body: PlanBody, @CallerOf() caller: Caller): Promise<JsonObject> {
    const { plan, warnings = [] } = await this.acceptance.start({ ...path, ...body, dry_run: true, reason: 'plan' }, caller);
    if (!plan) throw errors.unavailable('Plans are not made here.');
    return { ...plan, warnings: [...((plan.warnings as string[] | undefined) ?? []), ...warnings] };
  }
}
