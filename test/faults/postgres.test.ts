import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService } from '../campus.ts';
import { type FaultPostgres, startFaultPostgres } from '../fault-postgres.ts';
import { type Answer, type RestClient, restClient } from '../rest-client.ts';

let postgres: FaultPostgres;
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  postgres = await startFaultPostgres();
  campus = await startTestService({
    environment: { DATABASE_URL: postgres.url, DATABASE_TIMEOUT_SECONDS: '1', GRPC_TIMEOUT_SECONDS: '2' },
  });
  call = await restClient(campus.url);
});
afterAll(async () => {
  await campus.close();
  await postgres.stop();
});
beforeEach(async () => {
  await postgres.sql('delete from patrols');
});

/** Every caller is answered: 503 with the time to come again where the database is away, and never 500. */
function expectAnswered(answers: readonly Answer[], ...expected: number[]): void {
  for (const { status, headers } of answers) {
    expect([503, ...expected]).toContain(status);
    if (status === 503) expect(headers.get('retry-after')).toMatch(/^\d+$/);
  }
}

/** The database is there again: within two seconds the service is, too. */
async function backAgain(): Promise<void> {
  const deadline = AbortSignal.timeout(2000);
  while ((await call('GET', '/patrols')).status !== 200) deadline.throwIfAborted();
}

async function startedPatrol(date: string, building = '8') {
  const { status, body } = await call('POST', '/patrols', { body: { date, building, entrance: 1 } });
  expect(status).toBe(201);
  return body;
}

test('killed in the middle of marks: no acknowledged mark is missing, no answer is a 500, and the service is back', async () => {
  for (const round of [1, 2, 3]) {
    const patrol = await startedPatrol(`2024-03-0${round}`);
    const path = `/patrols/${patrol.patrol_id}`;
    const tried = new Map<string, string[]>();
    const acknowledged = new Map<string, string>();
    let isOver = false;
    const keepMarking = async ({ patrol_entry_id }: { patrol_entry_id: string }) => {
      for (let turn = 0; !isOver; turn += 1) {
        const absence_reason = `turn ${turn}`;
        tried.set(patrol_entry_id, [...(tried.get(patrol_entry_id) ?? []), absence_reason]);
        const answer = await call('PATCH', `${path}/${patrol_entry_id}`, {
          body: { is_present: false, absence_reason },
        });
        expectAnswered([answer], 200);
        if (answer.status === 200) acknowledged.set(patrol_entry_id, absence_reason);
      }
    };
    const marking = patrol.entries.map(keepMarking);
    while ([...acknowledged.values()].filter((reason) => reason !== 'turn 0').length < 5)
      await new Promise(setImmediate);
    await postgres.kill();
    expectAnswered([await call('GET', '/patrols')]);
    expect((await fetch(`${campus.url}/health/liveness`)).status).toBe(200);
    isOver = true;
    await Promise.all(marking);
    await postgres.restart();
    await backAgain();
    const rows = await postgres.sql<{ id: string; reason: string }>(
      'select patrol_entry_id as id, absence_reason as reason from patrol_entries where patrol_id = $1',
      [patrol.patrol_id],
    );
    for (const [id, reason] of acknowledged) {
      const kept = rows.find((row) => row.id === id)?.reason ?? 'nothing';
      // A later one, whose answer was lost, may be there; an earlier one never.
      const turns = tried.get(id) ?? [];
      expect(turns.indexOf(kept)).toBeGreaterThanOrEqual(turns.indexOf(reason));
    }
  }
});

test('killed in the middle of starts: what was acknowledged is there, and of nothing is there a half', async () => {
  const dates = Array.from({ length: 60 }, (_, day) =>
    new Date(Date.UTC(2024, 4, 1 + day)).toISOString().slice(0, 10),
  );
  const size = (await startedPatrol('2024-04-01')).entries.length;
  let answered = 0;
  const starting = dates.map(async (date) => {
    const answer = await call('POST', '/patrols', { body: { date, building: '8', entrance: 1 } });
    answered += 1;
    return answer;
  });
  while (answered < 5) await new Promise(setImmediate);
  await postgres.kill();
  const answers = await Promise.all(starting);
  expectAnswered(answers, 201);
  await postgres.restart();
  await backAgain();
  const rows = await postgres.sql<{ id: string; entries: number }>(`
    select patrols.patrol_id as id, count(patrol_entry_id)::int as entries
    from patrols left join patrol_entries using (patrol_id) group by 1
  `);
  expect(new Set(rows.map(({ entries }) => entries))).toEqual(new Set([size]));
  const acknowledged = answers.filter(({ status }) => status === 201);
  expect(acknowledged.length).toBeGreaterThanOrEqual(5);
  for (const { body } of acknowledged) expect(rows.map(({ id }) => id)).toContain(body.patrol_id);
});

test('paused: callers on every path are answered within the deadline, and nothing of theirs is done later', async () => {
  const patrol = await startedPatrol('2024-03-10');
  const path = `/patrols/${patrol.patrol_id}`;
  const mark = () =>
    call('PATCH', `${path}/${patrol.entries[0].patrol_entry_id}`, { body: { is_present: true } });
  const connected = await backends();
  await postgres.pause();
  const answers = await Promise.all([
    // First of all, so that they are in the sockets of PostgreSQL and not in the pool's queue.
    mark(),
    call('PATCH', path, { body: { status: 'completed' } }),
    call('DELETE', path),
    call('POST', '/patrols', { body: { date: '2024-03-11', building: '8', entrance: 1 } }),
    call('GET', path),
    ...Array.from({ length: 20 }, () => call('GET', '/patrols')),
  ]).finally(() => postgres.resume());
  expectAnswered(answers);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  await backAgain();
  // Those that woke with a statement in their socket are through with it when they are gone; one that no caller came to
  // may stay in the pool, and has nothing in its socket.
  const limit = AbortSignal.timeout(10_000);
  while (!limit.aborted && (await backends()).some((pid) => connected.includes(pid))) await pause(20);
  expect((await call('GET', path)).body).toEqual(patrol);
  expect((await call('GET', '/patrols?date=2024-03-11')).body.total).toBe(0);
});

/** The processes of PostgreSQL that serve the service's pool. */
async function backends(): Promise<number[]> {
  const rows = await postgres.sql<{ pid: number }>(
    'select pid from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  );
  return rows.map(({ pid }) => pid);
}

test('its connections terminated again and again: nobody gets a 500, and nothing acknowledged is lost', async () => {
  const patrol = await startedPatrol('2024-03-12');
  const path = `/patrols/${patrol.patrol_id}`;
  let isOver = false;
  const marked = new Set<string>();
  const marking = patrol.entries.map(async ({ patrol_entry_id }: { patrol_entry_id: string }) => {
    while (!isOver) {
      const answer = await call('PATCH', `${path}/${patrol_entry_id}`, { body: { is_present: true } });
      expectAnswered([answer], 200);
      if (answer.status === 200) marked.add(patrol_entry_id);
    }
  });
  for (let round = 0; round < 10; round += 1) {
    await postgres.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
  }
  isOver = true;
  await Promise.all(marking);
  await backAgain();
  const rows = await postgres.sql<{ id: string }>(
    'select patrol_entry_id as id from patrol_entries where is_present',
  );
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining([...marked]));
});

test('out of connections: 503, and back when there are some', async () => {
  const others: pg.Client[] = [];
  const takeAll = async () => {
    for (;;) {
      const client = new pg.Client({ connectionString: postgres.url });
      client.on('error', () => {});
      const isIn = await client.connect().then(
        () => true,
        () => false,
      );
      if (!isIn) return;
      others.push(client);
    }
  };
  try {
    await takeAll();
    const [first] = others;
    // The service's own go, and their places are taken before it comes again; its health check competes for them.
    for (let status = 200; status === 200; { status } = await call('GET', '/patrols')) {
      await first?.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query not like '%pg_terminate_backend%' and query <> ''`,
      );
      await takeAll();
    }
    expectAnswered(await Promise.all([call('GET', '/patrols'), call('GET', '/patrols')]), 200);
    expect((await fetch(`${campus.url}/health/liveness`)).status).toBe(200);
  } finally {
    await Promise.all(others.map((client) => client.end()));
  }
  await backAgain();
});

test('read-only: reading goes on, changing is 503 and readiness says so, and is possible again when the database lets it', async () => {
  const patrol = await startedPatrol('2024-03-13');
  const switchTo = async (mode: 'on' | 'off') => {
    await postgres.sql(`alter system set default_transaction_read_only = ${mode}`);
    await postgres.sql('select pg_reload_conf()');
  };
  await switchTo('on');
  try {
    while ((await postgres.sql<{ mode: string }>('show transaction_read_only'))[0]?.mode === 'off');
    const body = { is_present: true };
    const path = `/patrols/${patrol.patrol_id}`;
    expect((await call('GET', path)).status).toBe(200);
    const refused = await call('PATCH', `${path}/${patrol.entries[0].patrol_entry_id}`, { body });
    expectAnswered([refused]);
    const ready = await fetch(`${campus.url}/health/readiness`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({
      status: 503,
      body: { checks: { database: 'unavailable' } },
    });
    await switchTo('off');
    while ((await call('PATCH', `${path}/${patrol.entries[0].patrol_entry_id}`, { body })).status !== 200);
  } finally {
    await switchTo('off');
  }
});
