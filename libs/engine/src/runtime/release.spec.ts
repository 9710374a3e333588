import { describe, expect, it } from '@jest/globals';
import { defineScript, verbatim } from '@edge/script';
import { RuntimeStage } from '@edge/testing/world';
import { z } from 'zod';

const script = defineScript({
  name: 'spec', about: 'For this spec.', config: z.object({}),
  actions: { async deploy({ rollOut }) { await rollOut(async (batch) => { await batch.run('stop', verbatim('stop it')); batch.runsNow(); }, { order: 'at-once' }); } },
});

/** Claims wait for the journal until it opens. */
function closedJournal(stage: RuntimeStage): () => void {
  const read = stage.journal.read.bind(stage.journal);
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  stage.journal.read = async (...of) => {
    await opened;
    return read(...of);
  };
  return open;
}

describe('Runtime.release', () => {
  it('keeps what is claimed anew while it waits for a former claim to let go of', async () => {
    const stage = new RuntimeStage();
    stage.action(script);
    const open = closedJournal(stage);
    const former = stage.runtime.adopt(['action-1']);
    const released = stage.runtime.release(() => true);
    const anew = stage.runtime.adopt(['action-1']);
    open();
    await Promise.all([former, released, anew]);
    await stage.rest();
    expect({ status: stage.view().status, claims: stage.records().filter(({ type }) => type === 'claim').length }).toEqual({ status: 'completed', claims: 2 });
  });
});
