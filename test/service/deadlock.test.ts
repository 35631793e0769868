import { expect, test } from '@jest/globals';
import pg from 'pg';
import { cloneTemplate, startTestService } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { restClient } from '../rest-client.ts';

test('a mark that PostgreSQL undoes for the sake of another transaction is made after all', async () => {
  const database = new URL(await cloneTemplate());
  // Looked for once a wait: long enough after it for the other to wait, too.
  database.searchParams.set('options', '-c deadlock_timeout=3s');
  const campus = await startTestService({ environment: { DATABASE_URL: database.href } });
  const call = await restClient(campus.url);
  const other = new pg.Client({ connectionString: campus.config.databaseUrl });
  await other.connect();
  try {
    // Who looks for a deadlock finds itself in it: the mark, and never the other.
    await other.query("set deadlock_timeout = '1 h'");
    const place = { date: '2025-12-01', building: '8', entrance: 1 };
    const { patrol_id, entries } = (await call('POST', '/patrols', { body: place })).body;
    const [{ patrol_entry_id }] = entries;
    await other.query('begin');
    await other.query('select from patrol_entries where patrol_entry_id = $1 for update', [patrol_entry_id]);
    // The mark has the patrol and waits for the entry; who has the entry asks for the patrol.
    const marking = call('PATCH', `/patrols/${patrol_id}/${patrol_entry_id}`, { body: { is_present: true } });
    await untilWaiting(campus, 1);
    await other.query('select from patrols where patrol_id = $1 for update', [patrol_id]);
    await other.query('commit');
    const { status, body } = await marking;
    expect({ status, is_present: body.is_present }).toEqual({ status: 200, is_present: true });
    expect(await campus.sql("select from audit_trail where action = 'entry_marked'")).toHaveLength(1);
    expect(campus.logged.map(({ msg }) => msg)).toContain(
      'PostgreSQL rolled back a query because of a concurrent one',
    );
  } finally {
    await other.end();
    await campus.close();
  }
});
