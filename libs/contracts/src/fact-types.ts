/** Event types of the public facts about one action, as `edge.events` and the event streams carry them. */
export const factTypes = [
  'edge.action.status-changed.v1', 'edge.action.message-added.v1', 'edge.stage.started.v1', 'edge.stage.finished.v1', 'edge.batch.started.v1', 'edge.batch.finished.v1',
  'edge.step.started.v1', 'edge.step.finished.v1', 'edge.host.changed.v1',
] as const;

export type FactType = (typeof factTypes)[number];
