import type { Client, estypes } from '@elastic/elasticsearch';

const keyword = { type: 'keyword', ignore_above: 1024 } as const;
const shared: Record<string, estypes.MappingProperty> = {
  id: keyword, correlation_id: keyword, space: keyword, project: keyword, type: keyword, actor: keyword, at: { type: 'date' },
};

const lines: Record<string, estypes.MappingProperty> = {
  ...shared, host: keyword, step: keyword, command_id: keyword, stream: keyword, offset: { type: 'long' }, text: { type: 'text' },
};

/** Host, step and message are searched together. */
const words = { copy_to: 'words' } as const;
const summaries: Record<string, estypes.MappingProperty> = {
  ...shared, host: { ...keyword, ...words }, step: { ...keyword, ...words }, level: keyword, status: keyword, version: { type: 'long' },
  message: { type: 'text', ...words }, words: { type: 'text' },
};

/** Makes or renews the templates by which Elasticsearch makes our indices. Fields that are not listed are kept and not searched. `lifecycle`: the name of the policy that they follow. */
export async function ensureTemplates(client: Client, { prefix, lifecycle }: { prefix: string; lifecycle: string | undefined }): Promise<void> {
  const settings = { number_of_shards: 1, auto_expand_replicas: '0-1', refresh_interval: '1s', ...(lifecycle === undefined ? {} : { 'index.lifecycle.name': lifecycle }) };
  for (const [kind, properties] of [['detail', lines], ['summary', summaries]] as const) {
    await client.indices.putIndexTemplate({
      name: `${prefix}-${kind}`, index_patterns: [`${prefix}-${kind}-*`], priority: 500, _meta: { managed_by: 'edge' },
      template: { settings, mappings: { dynamic: false, properties } },
    });
  }
}
