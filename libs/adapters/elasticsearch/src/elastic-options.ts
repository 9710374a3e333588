import { Client, type ClientOptions } from '@elastic/elasticsearch';

export interface ElasticOptions {
  /** `EDGE_ELASTICSEARCH_URL`, with user and password in it if need be. */
  url: string;
  apiKey?: string;
  /** PEM of the authority that signed the server's certificate. */
  ca?: string;
  /** Names of indices and templates begin with it. Default `edge`. */
  prefix?: string;
  /** Who only searches leaves templates and lifecycle to those who write. Default `writing`. */
  use?: 'reading' | 'writing';
  /** How long lines are kept at least (`EDGE_RETENTION`): where the server offers lifecycles, it also drops indices by itself some time after. */
  retentionMs?: number;
  /** How long `index` goes on by itself while the server is busy or away, before it asks its caller to try again. Default 15 s. */
  patienceMs?: number;
}

/** What is tried again is decided here, document by document; the client itself tries nothing twice. */
export function elasticClient({ url, apiKey, ca }: ElasticOptions): Client {
  const { username, password } = new URL(url);
  const node = new URL(url);
  node.username = '';
  node.password = '';
  const auth: ClientOptions['auth'] = apiKey ? { apiKey } : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return new Client({ node: node.toString(), maxRetries: 0, requestTimeout: 30_000, ...(apiKey || username ? { auth } : {}), ...(ca ? { tls: { ca } } : {}) });
}
