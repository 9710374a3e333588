import type { ActionDocument, ActionView } from '@edge/contracts';
import type { ConfigReader } from '@edge/ports';

/** After an action has completed: the version that it was asked to bring becomes the project's, so that the next one does not go back silently. */
export async function writeBackVersion(document: ActionDocument, view: ActionView, config: Pick<ConfigReader, 'versionWritten'>): Promise<void> {
  const { space, project, id, actor, snapshot } = document;
  const asked = snapshot.config.version;
  if (view.status !== 'completed' || asked?.origin !== 'action' || typeof asked.value !== 'string') return;
  await config.versionWritten({ space, project, version: asked.value, action: id, actor: actor.subject });
}
