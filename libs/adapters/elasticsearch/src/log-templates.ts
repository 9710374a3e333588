import type { Client, estypes } from '@elastic/elasticsearch';

const keyword = { type: 'keyword', ignore_above: 1024 } as const;
const shared: Record<string, estypes.MappingProperty> = {
  id: keyword, correlation_id: keyword, space: keyword, project: keyword, type: keyword, actor: keyword, at: { type: 'date' },
};

/** Found by looking through its column: among the lines of one action, which are found by their index, that is quick. Lines are many, and each index of a field is paid for by each. */
const column = { ...keyword, index: false } as const;
const lines: Record<string, estypes.MappingProperty> = {
  ...shared, id: { ...column, doc_values: false }, project: column, type: column, actor: column, host: column, step: column, command_id: keyword, stream: column, offset: { type: 'long', index: false },
  text: { type: 'text', norms: false },
};

/** Host, step and message are searched together. */
const words = { copy_to: 'words' } as const;
const summaries: Record<string, estypes.MappingProperty> = {
  ...shared, host: { ...keyword, ...words }, step: { ...keyword, ...words }, level: keyword, status: keyword, version: { type: 'long' },
  message: { type: 'text', ...words }, words: { type: 'text' },
};

/**
 * Makes or renews the templates by which Elasticsearch makes our indices. Fields that are not listed are kept and not searched. `lifecycle`: the name of the policy that they follow.
 * No refresh interval: Elasticsearch then refreshes each second what somebody searches, at once what is searched for the first time in a while, and not what nobody looks into.
 */
export async function ensureTemplates(client: Client, { prefix, lifecycle }: { prefix: string; lifecycle: string | undefined }): Promise<void> {
  const settings = { number_of_shards: 1, auto_expand_replicas: '0-1', ...(lifecycle === undefined ? {} : { 'index.lifecycle.name': lifecycle }) };
  for (const [kind, properties] of [['detail', lines], ['summary', summaries]] as const) {
    await client.indices.putIndexTemplate({
      name: `${prefix}-${kind}`, index_patterns: [`${prefix}-${kind}-*`], priority: 500, _meta: { managed_by: 'edge' },
      template: { settings, mappings: { dynamic: false, properties } },
    });
  }
}
