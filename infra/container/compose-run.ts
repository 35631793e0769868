import type { Checklist } from '../verify-observability/checklist.ts';
import { until } from '../verify-observability/polling.ts';
import { docker } from './docker.ts';
import { walkPatrol } from './evening.ts';

const PROJECT_NAME = 'patrol-verify';
const OVERRIDE = 'infra/container/compose.host-network.yaml';
/** What an engine without an image registry has images for; Grafana and Loki are not among them. */
const SERVICES = ['postgres-patrol', 'auth-service', 'application-service', 'patrol-service', 'prometheus'];

type Opened = (() => Promise<unknown>)[];

/** Reads the compose file, then brings up what can be brought up and lets Prometheus scrape it. */
export async function checkCompose(checklist: Checklist, opened: Opened): Promise<void> {
  await checklist.check('compose: the file is well-formed', async () => {
    const services = (await docker('compose', 'config', '--services')).trim().split('\n').toSorted();
    return {
      seen: services.join(' '),
      faults: services.length === 7 ? [] : [`${services.length} services, not 7`],
    };
  });
  await checklist.check('compose: up --wait', async () => {
    opened.push(() => compose('down', '--volumes', '--timeout', '20'));
    await compose('up', '--build', '--detach', '--wait', '--wait-timeout', '180', ...SERVICES);
    return { seen: SERVICES.join(' '), faults: [] };
  });
  await checklist.check('compose: an evening on the campus’s own ports', async () => ({
    seen: await walkPatrol({ rest: 8002, grpc: 50_052 }, 'supersecretkey'),
    faults: [],
  }));
  await checklist.check('compose: Prometheus scrapes the service by its name', async () => {
    const started = await until('a scrape after the evening', 60_000, () =>
      ask('sum(patrol_started_total) > 0'),
    );
    const up = await ask('up{job="patrol-service"}');
    const rules = await ask('count(patrol:request_error_ratio:rate5m)');
    return {
      seen: `up ${up}, patrols started ${started}, rules evaluated ${rules === null ? 'not yet' : 'yes'}`,
      faults: up === 1 ? [] : ['the target is not up'],
    };
  });
}

function compose(...args: readonly string[]): Promise<string> {
  const files = ['--file', 'docker-compose.yml', '--file', OVERRIDE];
  return docker('compose', '--progress', 'quiet', '--project-name', PROJECT_NAME, ...files, ...args);
}

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Gives the first value of a query, or null if it has none yet. */
async function ask(query: string): Promise<number | null> {
  const answer = await fetch(`http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data }: QueryAnswer = JSON.parse(await answer.text());
  const value = data.result[0]?.value[1];
  return value === undefined ? null : Number(value);
}
