import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineFolder } from '../engine-folder.js';
import { EngineProcess } from '../engine-process.js';
import { findProgram } from '../find-program.js';
import { freePort } from '../free-ports.js';
import { SingleEngine } from '../single-engine.js';

export interface PrometheusOptions {
  /** Job → `host:port` of what it reads from `/metrics`, every second. */
  scrape?: Record<string, string[]>;
}

/** Debian's Prometheus on loopback; `address` is its URL. */
export async function startPrometheus({ scrape = {} }: PrometheusOptions = {}): Promise<SingleEngine> {
  const program = await findProgram('prometheus');
  const folder = await EngineFolder.create('prometheus');
  const port = await freePort();
  const file = join(folder.path, 'prometheus.yml');
  await writeFile(file, configuration(scrape));
  const address = `http://127.0.0.1:${port}`;
  const server = new EngineProcess({
    name: 'Prometheus', program, folder, logFile: join(folder.path, 'prometheus.log'),
    args: [`--config.file=${file}`, `--storage.tsdb.path=${join(folder.path, 'data')}`, `--web.listen-address=127.0.0.1:${port}`],
    ready: () => fetch(`${address}/-/ready`).then((answer) => answer.ok || undefined, () => undefined),
  });
  return SingleEngine.start({ folder, server, address });
}

/** JSON is YAML. */
function configuration(scrape: Record<string, string[]>): string {
  const jobs = Object.entries(scrape).map(([job, targets]) => ({ job_name: job, static_configs: [{ targets }] }));
  return JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs });
}
