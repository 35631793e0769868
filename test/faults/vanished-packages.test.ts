import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import { Client } from 'pg';
import { restClient } from '../../infra/clients/rest-client.ts';
import { walkPatrol } from '../../infra/container/evening.ts';
import { LOCAL_JWT_SECRET } from '../../infra/local/local-campus.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { servicesByReflection } from '../grpc-peers.ts';
import { type LocalStart, startLocally } from '../npm-start.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let folder: string;
let campus: LocalStart;

/** A checkout of the test's own with the packages that `npm start` needs: files of this one, by other names. */
beforeAll(async () => {
  await mkdir(join(ROOT, '.local'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.local/vanished-'));
  await mkdir(join(folder, 'infra'));
  const sources = ['handlers', 'lib', 'proto', 'migrations', 'package.json'].map((name) => join(ROOT, name));
  await run('cp', ['-R', ...sources, folder]);
  for (const name of ['infra/local', 'infra/clients']) {
    await run('cp', ['-R', join(ROOT, name), join(folder, 'infra')]);
  }
  const packages = await realpath(join(ROOT, 'node_modules'));
  for (const name of await packagesOfAStart(packages)) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await run('cp', ['-R', '-l', join(packages, name), join(folder, 'node_modules', name)]);
  }
  campus = await startLocally({ folder, dataDirectory: join(folder, '.local') });
}, 60_000);
afterAll(async () => {
  await campus?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function packagesOfAStart(installed: string): Promise<string[]> {
  const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    await readFile(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const wanted = Object.keys(packages).flatMap((path) => {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    return name && !packages[path]?.dev ? [name] : [];
  });
  const there = (name: string) =>
    access(join(installed, name)).then(
      () => true,
      () => false,
    );
  const found = await Promise.all(wanted.map(there));
  return wanted.filter((_name, at) => found[at]);
}

/** The number in what was printed. */
function portIn(printed: RegExp): number {
  return Number(printed.exec(campus.output)?.[1]);
}

/** Does what an evening does, and what makes the service and PostgreSQL load what they have not needed yet. */
async function everything(firstDay: number): Promise<void> {
  const [rest, grpc] = [portIn(/localhost:(\d+)\/docs/), portIn(/localhost:(\d+) \(with reflection\)/)];
  const url = `http://127.0.0.1:${rest}`;
  const token = await issueToken({ secret: LOCAL_JWT_SECRET, role: 'educator' });
  const call = restClient(url, `Bearer ${token}`);
  // More at once than the pool has connections yet, before all the days that the walk below may choose.
  const starts = Array.from({ length: 12 }, async (_, at) => {
    const date = DateTime.now()
      .minus({ days: 11_000 + firstDay + at })
      .toISODate();
    return (await call('POST', '/patrols', { body: { date, building: '8', entrance: 1 } })).status;
  });
  expect(new Set(await Promise.all(starts))).toEqual(new Set([201]));
  await walkPatrol({ rest, grpc }, LOCAL_JWT_SECRET);
  expect(await servicesByReflection(grpc)).toContain('campus.patrol.PatrolService');
  const page = await (await fetch(`${url}/docs`)).text();
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(4);
  for (const path of ['/openapi.json', '/metrics', '/health/readiness', ...named]) {
    expect([path, (await fetch(new URL(path, `${url}/docs`))).status]).toEqual([path, 200]);
  }
  const client = new Client({ connectionString: /postgresql:\S+/.exec(campus.output)?.[0] ?? '' });
  await client.connect();
  await client.query("set timezone = 'Asia/Tokyo'");
  await client.query('do $$ begin perform 1; end $$');
  await client.end();
}

test('an evening goes on while `npm ci` has removed what `npm start` runs from, and after it has put it back', async () => {
  const [packages, away] = [join(folder, 'node_modules'), join(folder, 'removed')];
  await rename(packages, away);
  await everything(0);
  await rename(away, packages);
  await everything(100);
});
