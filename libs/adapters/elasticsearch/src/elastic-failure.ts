import { errors as client } from '@elastic/elasticsearch';
import { EdgeError, errors } from '@edge/contracts';

/** The status of the answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof client.ResponseError ? error.statusCode : undefined;
}

/** What the server said, without the client's wrapping. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof client.ResponseError)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const body = error.body as { error?: { reason?: string; root_cause?: { reason?: string }[] } | string } | string | undefined;
  if (typeof body === 'string' || body === undefined) return body || error.message;
  if (typeof body.error === 'string') return body.error;
  return body.error?.root_cause?.[0]?.reason ?? body.error?.reason ?? error.message;
}

/** What Elasticsearch answered, as a sentence that names the engine, what it said and the setting to look at. Our own errors pass. */
export function elasticFailure(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  const said = reasonOf(error);
  const status = statusOf(error);
  if (status === 401) return errors.unavailable(`Elasticsearch refuses this user: ${said} Check name and password in EDGE_ELASTICSEARCH_URL.`, 30);
  if (status === 403) return errors.unavailable(`Elasticsearch does not allow this: ${said}`, 30);
  if (status !== undefined) return errors.unavailable(`Elasticsearch answered ${status}: ${said}`);
  return errors.unavailable(`Elasticsearch cannot be reached (${said}). Check EDGE_ELASTICSEARCH_URL and that the server runs.`);
}
