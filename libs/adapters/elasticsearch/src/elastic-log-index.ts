import type { Client } from '@elastic/elasticsearch';
import { errors, type DetailDocument, type SummaryDocument } from '@edge/contracts';
import { LogIndex, type LogHit, type LogQuery } from '@edge/ports';
import { lineItem, summaryItem } from './bulk-item.js';
import { elasticFailure } from './elastic-failure.js';
import { elasticClient, type ElasticOptions } from './elastic-options.js';
import { endOf } from './index-names.js';
import { ensureLifecycle } from './log-lifecycle.js';
import { ensureTemplates } from './log-templates.js';
import { cursorOf, isCounted, searchRequest } from './search-request.js';
import { sendBulk, type Refused } from './send-bulk.js';
import { SharedBulks } from './shared-bulks.js';

/** The major of the server must be that of the client. */
const serverMajor = 9;

/**
 * The log index in Elasticsearch 9: plain indices by week and month, no data stream, whose ids would be unique in one backing index only. Retention drops whole
 * indices. Made by `ElasticLogIndex.open`.
 */
export class ElasticLogIndex extends LogIndex {
  private readonly prefix: string;
  private readonly bulks: SharedBulks;

  private constructor(private readonly client: Client, { prefix = 'edge', patienceMs = 15_000 }: ElasticOptions) {
    super();
    this.prefix = prefix;
    this.bulks = new SharedBulks((items) => sendBulk(client, items, patienceMs));
  }

  /** Checks the server and makes the templates. @throws EdgeError `unavailable` with one sentence: cannot be reached, refuses the user, other version … */
  static async open(options: ElasticOptions): Promise<ElasticLogIndex> {
    const client = elasticClient(options);
    try {
      const { version } = await client.info();
      if (!version.number.startsWith(`${serverMajor}.`)) throw errors.unavailable(`Elasticsearch at EDGE_ELASTICSEARCH_URL is version ${version.number}; Edge needs ${serverMajor}.`);
      const index = new ElasticLogIndex(client, options);
      if (options.use !== 'reading') await ensureTemplates(client, { prefix: index.prefix, lifecycle: await ensureLifecycle(client, { prefix: index.prefix, retentionMs: options.retentionMs }) });
      return index;
    } catch (error) {
      await client.close();
      throw elasticFailure(error);
    }
  }

  override async index({ summaries, details }: { summaries: SummaryDocument[]; details: DetailDocument[] }): Promise<Refused[]> {
    const items = [...summaries.map((document) => ({ document, item: summaryItem(this.prefix, document) })), ...details.map((document) => ({ document, item: lineItem(this.prefix, document) }))];
    const timeless = items.filter(({ item }) => !item).map(({ document }) => ({ id: document.id, reason: 'Its time cannot be read.' }));
    return [...timeless, ...(await this.bulks.add(items.flatMap(({ item }) => (item ? [item] : []))))];
  }

  override async search(query: LogQuery): Promise<{ hits: LogHit[]; cursor?: string; total?: number }> {
    const request = searchRequest(this.prefix, query);
    try {
      const { hits: { hits, total } } = await this.client.search<SummaryDocument | DetailDocument>(request);
      const last = hits.at(-1)?.sort;
      return { hits: hits.flatMap(toHit), ...(last && hits.length === query.limit ? { cursor: cursorOf(last) } : {}), ...(isCounted(query) ? { total: typeof total === 'object' ? total.value : total ?? 0 } : {}) };
    } catch (error) {
      throw elasticFailure(error);
    }
  }

  /** Drops the indices in which every action is older: lines up to a week later than asked, summaries up to a month. */
  override async prune(beforeMs: number): Promise<void> {
    try {
      const found = await this.client.indices.getSettings({ index: `${this.prefix}-*`, allow_no_indices: true, name: 'index.creation_date' });
      const old = Object.keys(found).filter((name) => (endOf(name) ?? Infinity) <= beforeMs);
      for (const index of old) await this.client.indices.delete({ index, ignore_unavailable: true });
    } catch (error) {
      throw elasticFailure(error);
    }
  }

  override async health(): Promise<{ ok: boolean; detail: string }> {
    try {
      const { status, number_of_nodes: nodes } = await this.client.cluster.health({}, { requestTimeout: 5000 });
      return { ok: status !== 'red', detail: `Elasticsearch, ${nodes} nodes, ${status}` };
    } catch (error) {
      return { ok: false, detail: elasticFailure(error).detail };
    }
  }

  override async close(): Promise<void> {
    await this.client.close();
  }
}

interface Hit { _source?: SummaryDocument | DetailDocument; highlight?: Record<string, string[]> }

function toHit({ _source: document, highlight }: Hit): LogHit[] {
  if (!document) return [];
  const [marked] = Object.values(highlight ?? {}).flat();
  return [{ document, ...(marked === undefined ? {} : { highlight: marked }) }];
}
