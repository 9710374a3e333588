/** What the configuration lacks, as a plan and an action say it. */
export const noCanaryService = 'No canary service is configured (canary_schedule_api).';
export const noCanaryMetrics = 'A canary by metric needs canary_metrics_url, the address of a Prometheus.';
