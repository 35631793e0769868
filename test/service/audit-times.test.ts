import { expect, test } from '@jest/globals';
import { bearer, cloneTemplate, startTestService } from '../campus.ts';
import { restClient } from '../rest-client.ts';
import { setForOthers } from '../settings-of-others.ts';

test('records that were written with an offset are read in UTC with Z', async () => {
  const campus = await startTestService();
  const call = await restClient(campus.url);
  const body = { date: '2025-12-01', building: '8', entrance: 2 };
  const { patrol_id } = (await call('POST', '/patrols', { body })).body;
  const state = {
    started_at: '2025-12-01T22:30:00.123456+03:00',
    absence_reason: '2025-12-01T22:30:00+03:00',
    submitted_at: null,
    updated_at: 'infinity',
  };
  await campus.sql(
    `insert into audit_trail (action, patrol_id, before, after) values ('patrol_changed', $1, $2, $3)`,
    [patrol_id, state, JSON.stringify([state])],
  );
  const audit = await call('GET', `/patrols/${patrol_id}/audit`, { authorization: await bearer('admin') });
  await campus.close();
  const read = { ...state, started_at: '2025-12-01T19:30:00.123Z' };
  expect(audit.body.items.at(-1)).toMatchObject({ before: read, after: [read] });
});

test('what the trail holds is in UTC for whoever reads the table itself', async () => {
  const databaseUrl = await cloneTemplate();
  await setForOthers(databaseUrl, [['timezone', "'Europe/Moscow'"]]);
  const campus = await startTestService({ environment: { DATABASE_URL: databaseUrl } });
  const call = await restClient(campus.url);
  const place = { date: '2025-12-01', building: '8', entrance: 2 };
  const { patrol_id, entries } = (await call('POST', '/patrols', { body: place })).body;
  const [{ patrol_entry_id }] = entries;
  await call('PATCH', `/patrols/${patrol_id}/${patrol_entry_id}`, { body: { is_present: true } });
  await call('DELETE', `/patrols/${patrol_id}/${patrol_entry_id}`);
  await call('DELETE', `/patrols/${patrol_id}`);
  const rows = await campus.sql<{ state: string }>(
    'select concat(before, after) as state from public.audit_trail',
  );
  await campus.close();
  expect(rows).toHaveLength(6);
  for (const { state } of rows) expect(state).not.toContain('+03:00');
});
