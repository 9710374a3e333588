import { z } from 'zod';
import { duration } from './schemas.js';

const port = z.union([z.int().min(1).max(65_535), z.string().min(1)]);
const healthcheck = z.union([
  z.strictObject({ http: z.strictObject({ port, path: z.string().startsWith('/').optional(), scheme: z.enum(['http', 'https']).optional(), status: z.int().min(100).max(599).optional(), text: z.string().optional() }) }),
  z.strictObject({ tcp: z.strictObject({ port }) }),
  z.strictObject({ command: z.string().min(1) }),
]);

const shares = z.union([z.string(), z.array(z.number())]).superRefine((value, context) => {
  const list = typeof value === 'string' ? value.split(',').map((part) => Number(part.trim() || 'NaN')) : value;
  const rising = list.every((share, index) => share > (list[index - 1] ?? 0) && share <= 100);
  if (list.length === 0 || !rising || list.at(-1) !== 100) context.addIssue({ code: 'custom', message: 'Give rising percentages that end with 100, such as [10, 25, 50, 100].' });
});

/** Keys of the configuration that shape a rollout; `rollOut`, `pool` and `waitHealthy` read them. Spread them into `z.object({…})`. */
export const rolloutKeys = {
  is_staggered: z.boolean().default(false).meta({ description: 'Roll out in stages by share of the hosts.' }),
  staggered_batch: shares.optional().meta({ description: 'Stages of the project\'s own: rising percentages that end with 100.' }),
  is_canary: z.boolean().default(false).meta({ description: 'Wait for a verdict after each intermediate stage; implies stages.' }),
  canary_pool: z.record(z.string(), z.array(z.string())).optional().meta({ description: 'Zone → pools that take part in the canary; the others go last.' }),
  canary_by: z.enum(['service', 'person', 'metric']).default('service').meta({ description: 'Who gives the verdict.' }),
  canary_schedule_api: z.url().optional().meta({ description: 'Address of the canary service; it is asked for an analysis, and answers at the verdict_url that the request names.' }),
  canary_metrics_url: z.url().optional().meta({ description: 'Address of the Prometheus that canary_by: metric asks.' }),
  jira_id: z.string().optional().meta({ description: 'Issue that the canary service is told.' }),
  canary_optional: z.boolean().default(false).meta({ description: 'Go on without a verdict where the canary service is not configured.' }),
  canary_timeout: duration().default('24h').meta({ description: 'No verdict by then is a negative one.' }),
  canary_rollback: z.boolean().default(false).meta({ description: 'After a negative verdict, take the changed hosts back to the version that each had.' }),
  canary_query: z.string().optional().meta({ description: 'Metric query of canary_by: metric; $hosts stands for the group.' }),
  canary_soak: duration().default('5m').meta({ description: 'How long a stage runs before its metrics are looked at.' }),
  canary_tolerance: z.number().min(0).default(0.1).meta({ description: 'How much worse than the control group still passes, as a share of it.' }),
  member_session_wait_time: duration().default('5m').meta({ description: 'Longest time to wait for the sessions of drained hosts; below zero is zero.' }),
  capacity_wait: duration().default('5m').meta({ description: 'Longest time to wait for a pool that can spare nobody.' }),
  healthcheck: healthcheck.optional().meta({ description: 'How a host\'s health is looked at before it goes back into service.' }),
  healthcheck_string: z.union([z.string(), z.array(z.string())]).optional().meta({ description: 'Words in the name of the load balancer\'s monitor, which then says how.' }),
  healthcheck_count: z.int().min(1).default(1).meta({ description: 'Attempts.' }),
  healthcheck_delay: duration().default(0).meta({ description: 'Wait before the first attempt.' }),
  healthcheck_smart_delay: duration().default(0).meta({ description: 'Wait between attempts.' }),
};
