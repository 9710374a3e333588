import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CanaryService } from './canary-service.js';
import { missingPrograms, skipped } from './missing-programs.js';
import { ownRootMissing, ownRootShell, putInit } from './own-root.js';
import { type Layout, RolloutRig } from './rollout-rig.js';
import { startTraffic } from './traffic.js';
import { watchPools } from './watch-pools.js';
import { layOutWeb } from './web-application.js';

const noRoot = ownRootMissing();
const missing = [...(await missingPrograms()), ...(noRoot ? [noRoot] : [])];
const suite = missing.length === 0 ? describe : describe.skip;
const layout: Layout = {
  MUM: { pool1: { hosts: ['mum-1', 'mum-2', 'mum-3', 'mum-4'], inpool_threshold: 0 } },
  NEW_CHN: { pool1: { hosts: ['chn-1', 'chn-2', 'chn-3'], inpool_threshold: 10 }, pool2: { hosts: ['chn-3', 'chn-4'], inpool_threshold: 10 } },
};

/** As the seed has them, character by character. */
const environment = `{
"server_info": "pool_info",
"member_session_wait_time": 300,
"repo_dir": "/opt/mmtrepos"
}`;
const project = `{
"version": "application-version.tar.gz",
"pool_info": {
"MUM": [{
"inpool_threshold": 0,
"pool_name": "pool1"
}],
"NEW_CHN": [{
"inpool_threshold": 10,
"pool_name": "pool1"
},
{
"inpool_threshold": 10,
"pool_name": "pool2"
}
]
},
"stop_command": "/etc/init.d/mmtwebd stop",
"start_command": "/etc/init.d/mmtwebd start",
"is_staggered": true,
"is_canary": true,
"member_session_wait_time": 600,
"bizeye_folder": "<FTP_FOLDER>",
"context_dir": "<context_dir>"
}`;
const filled = (text: string): object => JSON.parse(text.replace('<FTP_FOLDER>', 'hotels').replace('<context_dir>', '/opt/site')) as object;

suite(`the seed's two documents on sshd hosts behind a real HAProxy${skipped(missing)}`, () => {
  let rig: RolloutRig;
  let canary: CanaryService;
  const folder = mkdtempSync(join(tmpdir(), 'edge-seed-'));

  beforeAll(async () => {
    canary = await CanaryService.start();
    rig = await RolloutRig.start(layout, 'before', { platform: { canary: { schedule_api: canary.url } }, hosts: { shell: ownRootShell(folder) } });
    for (const host of rig.hosts) {
      putInit(rig.fleet.hostFolder(host), { name: 'mmtwebd', application: 'site' });
      await layOutWeb(join(rig.fleet.hostFolder(host), 'opt/site'), 'before');
    }
    await rig.edge.client().post('/api/v1/apply', { documents: [
      { kind: 'Environment', name: 'dc-tomcat', title: 'As the seed has it', script: 'load-balanced', load_balancer: 'main', config: filled(environment) },
      { kind: 'Project', space: 'web', name: 'seed', title: 'As the seed has it', environment: 'dc-tomcat', config: filled(project) },
    ] });
    await rig.fleet.pack('application-version');
  }, 90_000);
  afterAll(async () => {
    canary.stop();
    await rig.stop();
    rmSync(folder, { recursive: true });
  }, 30_000);

  it('run as they are written: two zones, thresholds 0, 10 and 10, in stages, each after the verdict of the canary', async () => {
    const traffic = startTraffic(rig.fronts, 50);
    const watch = watchPools(rig.balancer, rig.floors());
    const { action_id: action } = await rig.edge.client().post<{ action_id: string }>('/space/web/seed/deploy/', {});
    for (let verdicts = 0; verdicts < 4; verdicts += 1) {
      await rig.until(action, ({ status }) => status === 'waiting' && canary.asked.length > verdicts);
      expect(canary.asked.length).toBeGreaterThan(verdicts);
      expect((await canary.say(canary.asked[verdicts]!, { task_id: action, zone: canary.asked[verdicts]!.datacenter, task_status: true })).status).toBe(200);
    }
    const view = await rig.ended(action);
    const [watched, requests] = [await watch.stop(), await traffic.stop()];
    expect([view.status, view.hosts.filter(({ state }) => state !== 'succeeded'), requests.failed, watched.broken]).toEqual(['completed', [], [], []]);
    expect([await rig.versions(), await rig.out(), rig.hosts.map((host) => rig.fleet.runs(host).length)]).toEqual([{ 'application-version': 8 }, {}, rig.hosts.map(() => 3)]);
    expect(canary.asked.map(({ datacenter, staggered_status: share }) => `${datacenter} ${share}`).sort()).toEqual(['mum 25%', 'mum 50%', 'new_chn 25%', 'new_chn 50%']);
    for (const { zone, name, mustServe } of rig.floors()) expect(watched.least[`${zone}/${name}`]).toBeGreaterThanOrEqual(mustServe);
    expect([existsSync('/etc/init.d/mmtwebd'), existsSync('/opt/mmtrepos')]).toEqual([false, false]);
  }, 180_000);
});
