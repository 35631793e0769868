import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './child-process.ts';
import { until } from './polling.ts';
import { type PrometheusApi, prometheusApi } from './prometheus-api.ts';

export const PROMETHEUS_FOLDER = fileURLToPath(new URL('../prometheus/', import.meta.url));
const START_LIMIT_MS = 20_000;

/**
 * Starts Prometheus with the project's own configuration and rules on a free port, against a target of this machine
 * instead of compose's, once a second. How to stop it is pushed on `opened`, also when it does not become ready.
 */
export async function startPrometheus(
  target: string,
  opened: (() => Promise<unknown>)[],
): Promise<PrometheusApi> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-prometheus-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  await cp(PROMETHEUS_FOLDER, folder, { recursive: true });
  const config = join(folder, 'prometheus.yaml');
  await writeFile(config, sooner(await readFile(config, 'utf8'), target));
  const port = await freePort();
  const server = start({
    command: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
  });
  opened.push(server.stop);
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus is ready', START_LIMIT_MS, async () => {
    server.expectAlive();
    return (await fetch(`${url}/-/ready`)).ok || null;
  });
  return prometheusApi(url);
}

/** Changes what cannot be as in compose, and nothing else. */
function sooner(config: string, target: string): string {
  const changes = [
    ['patrol-service:8002', target],
    ['scrape_interval: 15s', 'scrape_interval: 1s'],
    ['evaluation_interval: 15s', 'evaluation_interval: 1s'],
  ] as const;
  return changes.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`prometheus.yaml must say "${from}" once`);
    return text.replace(from, to);
  }, config);
}

/** Prometheus does not tell which port it got: one is tried out and given back. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
