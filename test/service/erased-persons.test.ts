import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { residentFor } from '../../infra/local/campus.ts';
import { bearer, startTestService } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const educator = residentFor('educator').user_id;

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
beforeEach(async () => {
  await campus.sql('delete from patrols');
});

async function started() {
  const { body } = await call('POST', '/patrols', {
    body: { date: '2025-12-01', building: '8', entrance: 2 },
  });
  const [first, second] = body.entries.filter((entry: { is_present: unknown }) => entry.is_present === null);
  return { patrol: body, path: `/patrols/${body.patrol_id}`, first, second };
}

describe('a person who is to be forgotten', () => {
  const erase = async (...args: string[]) => {
    // It wants no more of the environment than the database.
    const { DATABASE_URL } = campus.environment;
    const options = { env: { DATABASE_URL, LOG_LEVEL: 'error' } };
    return promisify(execFile)(process.execPath, ['lib/bin/erase-person.ts', ...args], options);
  };

  const rowsOf = async (text: string) => {
    const [found] = await campus.sql<{ rows: number }>(
      `select (select count(*) from patrols as t where t::text ilike $1)::int
        + (select count(*) from patrol_entries as t where t::text ilike $1)::int
        + (select count(*) from audit_trail as t where t::text ilike $1)::int as rows`,
      [`%${text}%`],
    );
    return found?.rows;
  };

  /** Resolves once an erasure waits for the changes that are in flight. */
  const untilLooking = async () => {
    const looking = `select from pg_stat_activity
      where query like '%virtualtransaction%' and pid <> pg_backend_pid() and datname = current_database()`;
    while ((await campus.sql(looking)).length === 0);
  };

  test('is nowhere any more, nor what was written about them, and the lists still hold together', async () => {
    const { patrol, path, first } = await started();
    const body = { is_present: false, absence_reason: 'уехал к бабушке в Тверь' };
    await call('PATCH', `${path}/${first.patrol_entry_id}`, { body });
    expect(await rowsOf(first.user_id)).toBeGreaterThanOrEqual(2);
    const { stdout } = await erase(first.user_id);
    expect(stdout).toMatch(/^rows touched: patrols 0, patrol_entries 1, audit_trail [1-9]\d*\n$/);
    expect(await rowsOf(first.user_id)).toBe(0);
    expect(await rowsOf('бабушке')).toBe(0);
    const { body: entry } = await call('GET', `${path}/${first.patrol_entry_id}`);
    expect(entry).toMatchObject({ is_present: false, absence_reason: 'данные удалены' });
    expect((await call('GET', path)).body.entries).toHaveLength(patrol.entries.length);
    expect((await erase(first.user_id)).stdout).toBe(
      'rows touched: patrols 0, patrol_entries 0, audit_trail 0\n',
    );
  });

  test('may be an educator: their patrols and changes go on under a pseudonym', async () => {
    const { path } = await started();
    expect((await erase(educator)).stdout).toMatch(
      /^rows touched: patrols 1, patrol_entries 0, audit_trail [1-9]/,
    );
    const trail = await call('GET', `${path}/audit`, { authorization: await bearer('admin') });
    const [record] = trail.body.items;
    expect(record.user_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(record.user_id).not.toBe(educator);
    expect(record.after.patrol_by).toBe(record.user_id);
  });

  test.each<[string, (id: string) => string]>([
    ['as it is', (id) => id],
    ['in capitals', (id) => id.toUpperCase()],
    ['without dashes', (id) => id.replaceAll('-', '')],
    ['in capitals, without dashes', (id) => id.replaceAll('-', '').toUpperCase()],
    ['with other signs between, as a trace id may have them', (id) => id.replaceAll('-', '_')],
    ['inside of something longer', (id) => `req.${id.replaceAll('-', '')}.1`],
  ])('is not left where somebody wrote the id down: %s', async (_how, written) => {
    const { path, first, second } = await started();
    const id = written(first.user_id);
    const entry = `${path}/${second.patrol_entry_id}`;
    const headers = { 'x-trace-id': id };
    const mark = (absence_reason: string) =>
      call('PATCH', entry, { headers, body: { is_present: false, absence_reason } });
    expect((await mark(`вместе с ${id}`)).headers.get('x-trace-id')).toBe(id);
    await mark(`(${id}), потом ${id}!`);
    await call('DELETE', entry, { headers });
    const { body: added } = await call('POST', path, {
      headers,
      body: { user_id: second.user_id, room: second.room },
    });
    const reason = { is_present: false, absence_reason: `у ${id}` };
    await call('PATCH', `${path}/${added.patrol_entry_id}`, { headers, body: reason });
    const before = await campus.sql('select audit_id, action from audit_trail order by audit_id');
    await erase(first.user_id);
    expect(await rowsOf(first.user_id)).toBe(0);
    expect(await rowsOf(id)).toBe(0);
    expect(await rowsOf(id.replaceAll(/[-_]/g, ''))).toBe(0);
    // What was said besides stays, and so does whose it was.
    const { body: left } = await call('GET', `${path}/${added.patrol_entry_id}`);
    expect(left).toMatchObject({
      user_id: second.user_id,
      absence_reason: expect.stringMatching(/^у .*[0-9a-f]{8}/),
    });
    const after = await campus.sql('select audit_id, action from audit_trail order by audit_id');
    expect(after).toEqual([...before, expect.objectContaining({ action: 'person_erased' })]);
  });

  test('is not brought back by a change that was in flight', async () => {
    const { path, first } = await started();
    const other = new pg.Client({ connectionString: campus.environment.DATABASE_URL });
    await other.connect();
    await other.query('begin');
    await other.query('select from patrol_entries where patrol_entry_id = $1 for update', [
      first.patrol_entry_id,
    ]);
    const marking = call('PATCH', `${path}/${first.patrol_entry_id}`, { body: { is_present: true } });
    await untilWaiting(campus, 1);
    const erasing = erase(educator);
    await untilLooking();
    await other.query('commit');
    await other.end();
    expect((await marking).status).toBe(200);
    await erasing;
    expect(await rowsOf(educator)).toBe(0);
  });

  test('must be named by a UUID', async () => {
    await expect(erase('Иванов')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('That is not one UUID'),
    });
  });
});
