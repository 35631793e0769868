import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addEntry } from '../../handlers/add-entry.ts';
import { completePatrol } from '../../handlers/complete-patrol.ts';
import { deletePatrol } from '../../handlers/delete-patrol.ts';
import { getCoverage } from '../../handlers/get-coverage.ts';
import { operations } from '../../handlers/index.ts';
import { listAbsentees } from '../../handlers/list-absentees.ts';
import { listAudit } from '../../handlers/list-audit.ts';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { listPatrolsOfDate } from '../../handlers/list-patrols-of-date.ts';
import { markEntries } from '../../handlers/mark-entries.ts';
import { markEntry } from '../../handlers/mark-entry.ts';
import { readAudit } from '../../handlers/read-audit.ts';
import { readEntry } from '../../handlers/read-entry.ts';
import { readPatrol } from '../../handlers/read-patrol.ts';
import { refreshPatrol } from '../../handlers/refresh-patrol.ts';
import { removeEntry } from '../../handlers/remove-entry.ts';
import { reopenPatrol } from '../../handlers/reopen-patrol.ts';
import { reportAttendance } from '../../handlers/report-attendance.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { watchPatrols } from '../../handlers/watch-patrols.ts';
import { invoke } from '../../lib/invoke.ts';
import { reportMessage } from '../../lib/report/message.ts';
import { bearer, openTestContext } from '../campus.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;
let educator: { authorization: string };

beforeAll(async () => {
  campus = await openTestContext();
  educator = { authorization: await bearer('educator') };
});
afterAll(() => campus.close());

function start(date: string) {
  const input = { date, building: '8', entrance: 1 };
  return invoke(startPatrol, campus.context, { input, credentials: educator });
}

/** Each operation once, with no server anywhere: what it takes, and what it must have done. */
const cases: Record<string, () => Promise<void>> = {
  async [listPatrols.name]() {
    const patrol = await start('2025-11-01');
    const page = await invoke(listPatrols, campus.context, {
      input: { date: '2025-11-01' },
      credentials: educator,
    });
    expect(page).toMatchObject({ total: 1, page: 1, size: 20, pages: 1 });
    expect(page.items.map(({ patrol_id }) => patrol_id)).toEqual([patrol.patrol_id]);
  },
  async [listPatrolsOfDate.name]() {
    const patrol = await start('2025-11-10');
    const input = { date: '2025-11-10', building: '8', entrance: 1 };
    const { patrols } = await invoke(listPatrolsOfDate, campus.context, { input, credentials: educator });
    expect(patrols.map(({ patrol_id }) => patrol_id)).toEqual([patrol.patrol_id]);
  },
  async [startPatrol.name]() {
    const patrol = await start('2025-11-02');
    expect(patrol).toMatchObject({ status: 'in_progress', date: '2025-11-02', building: '8', entrance: 1 });
    expect(patrol.entries.length).toBeGreaterThan(0);
  },
  async [readPatrol.name]() {
    const patrol = await start('2025-11-03');
    const input = { patrol_id: patrol.patrol_id };
    expect(await invoke(readPatrol, campus.context, { input, credentials: educator })).toEqual(patrol);
  },
  async [readAudit.name]() {
    const { patrol_id } = await start('2025-11-11');
    const credentials = { authorization: await bearer('admin') };
    const { items } = await invoke(readAudit, campus.context, { input: { patrol_id }, credentials });
    expect(items.map(({ action }) => action)).toEqual(['patrol_started', 'entries_added']);
  },
  async [reportAttendance.name]() {
    const { patrol_id, entries } = await start('2025-11-18');
    const input = { date_from: '2025-11-18', date_to: '2025-11-18' };
    const report = await invoke(reportAttendance, campus.context, { input, credentials: educator });
    const { patrols, students } = await reportMessage(report);
    expect(patrols).toMatchObject([{ patrol_id, entries_count: entries.length }]);
    expect(students).toHaveLength(entries.length);
  },
  async [watchPatrols.name]() {
    const { patrol_id, entries } = await start('2025-11-19');
    const input = { date: '2025-11-19' };
    const watch = await invoke(watchPatrols, campus.context, { input, credentials: educator });
    const items = watch[Symbol.asyncIterator]();
    expect((await items.next()).value).toMatchObject({ snapshot: { patrols: [{ patrol_id }] } });
    const marked = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id, is_present: true };
    await invoke(markEntry, campus.context, { input: marked, credentials: educator });
    const { batch } = (await items.next()).value;
    expect(batch.events[0]).toMatchObject({ action: 'entry_marked', patrol_id });
    watch.close();
    expect((await items.next()).done).toBe(true);
  },
  async [completePatrol.name]() {
    const { patrol_id } = await start('2025-11-04');
    const input = { patrol_id, status: 'completed' };
    const completed = await invoke(completePatrol, campus.context, { input, credentials: educator });
    expect(completed.status).toBe('completed');
    expect(completed.submitted_at).not.toBeNull();
  },
  async [deletePatrol.name]() {
    const { patrol_id } = await start('2025-11-05');
    expect(
      await invoke(deletePatrol, campus.context, { input: { patrol_id }, credentials: educator }),
    ).toBeNull();
    await expect(
      invoke(readPatrol, campus.context, { input: { patrol_id }, credentials: educator }),
    ).rejects.toMatchObject({ code: 'PATROL_NOT_FOUND' });
  },
  async [addEntry.name]() {
    const { patrol_id } = await start('2025-11-06');
    const input = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '404' };
    const entry = await invoke(addEntry, campus.context, { input, credentials: educator });
    expect(entry).toMatchObject({ ...input, is_present: null, absence_reason: null, checked_at: null });
  },
  async [readEntry.name]() {
    const { patrol_id, entries } = await start('2025-11-07');
    const [entry] = entries;
    const input = { patrol_id, patrol_entry_id: entry?.patrol_entry_id };
    const read = await invoke(readEntry, campus.context, { input, credentials: educator });
    expect(read).toMatchObject({ ...entry });
  },
  async [markEntry.name]() {
    const { patrol_id, entries } = await start('2025-11-08');
    const target = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
    const absent = { ...target, is_present: false, absence_reason: 'Не вернулся' };
    const first = await invoke(markEntry, campus.context, { input: absent, credentials: educator });
    expect(first).toMatchObject(absent);
    expect(first.checked_at).not.toBeNull();
    const present = { ...target, is_present: true };
    const second = await invoke(markEntry, campus.context, { input: present, credentials: educator });
    expect(second).toMatchObject({ is_present: true, absence_reason: null });
  },
  async [markEntries.name]() {
    const { patrol_id, entries } = await start('2025-11-12');
    const marks = entries.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
    const input = { patrol_id, marks };
    const marked = await invoke(markEntries, campus.context, { input, credentials: educator });
    expect(marked).toMatchObject({ present_count: entries.length, unchecked_count: 0 });
  },
  async [removeEntry.name]() {
    const { patrol_id, entries } = await start('2025-11-09');
    const input = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
    expect(await invoke(removeEntry, campus.context, { input, credentials: educator })).toBeNull();
    const left = await invoke(readPatrol, campus.context, { input: { patrol_id }, credentials: educator });
    expect(left.entries).toEqual(entries.slice(1));
  },
  async [refreshPatrol.name]() {
    const { patrol_id, entries } = await start('2025-11-13');
    const removed = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
    await invoke(removeEntry, campus.context, { input: removed, credentials: educator });
    const refreshed = await invoke(refreshPatrol, campus.context, {
      input: { patrol_id },
      credentials: educator,
    });
    expect(refreshed.changes.added).toHaveLength(1);
    expect(refreshed.patrol.entries.map(({ user_id }) => user_id)).toEqual(
      entries.map(({ user_id }) => user_id),
    );
  },
  async [reopenPatrol.name]() {
    const { patrol_id } = await start('2025-11-14');
    const input = { patrol_id, status: 'completed' };
    await invoke(completePatrol, campus.context, { input, credentials: educator });
    const credentials = { authorization: await bearer('educator_head') };
    const reopening = { input: { patrol_id, reason: 'вернулся позже' }, credentials };
    expect(await invoke(reopenPatrol, campus.context, reopening)).toMatchObject({
      status: 'in_progress',
      submitted_at: null,
    });
  },
  async [listAbsentees.name]() {
    const { patrol_id, entries } = await start('2025-11-15');
    const missing = entries.find(({ is_present }) => is_present === null);
    const input = { patrol_id, patrol_entry_id: missing?.patrol_entry_id, is_present: false };
    await invoke(markEntry, campus.context, { input, credentials: educator });
    const { items } = await invoke(listAbsentees, campus.context, {
      input: { patrol_id },
      credentials: educator,
    });
    expect(items[0]).toMatchObject({ user_id: missing?.user_id, kind: 'unexplained' });
  },
  async [getCoverage.name]() {
    const { patrol_id, entries } = await start('2025-11-16');
    const input = { date: '2025-11-16' };
    const { places } = await invoke(getCoverage, campus.context, { input, credentials: educator });
    expect(places).toHaveLength(8);
    expect(places[0]).toMatchObject({ patrol_id, minors: entries.length, entries_count: entries.length });
  },
  async [listAudit.name]() {
    const { patrol_id } = await start('2025-11-17');
    const credentials = { authorization: await bearer('admin') };
    const input = { date_from: '2025-11-17', date_to: '2025-11-17' };
    const { items, next } = await invoke(listAudit, campus.context, { input, credentials });
    expect(items.map(({ action, patrol_id: of }) => [action, of])).toEqual([
      ['entries_added', patrol_id],
      ['patrol_started', patrol_id],
    ]);
    expect(next).toBeNull();
  },
};

test('no operation is without a case here', () => {
  expect(Object.keys(cases).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

test.each(Object.entries(cases))('%s does its work when invoked directly', (_name, run) => run());

test.each(operations.map(({ name }) => name))(
  '%s lets nobody in without a token, whatever the input',
  async (name) => {
    const operation = operations.find((candidate) => candidate.name === name);
    if (!operation) throw new Error(`no operation ${name}`);
    for (const authorization of [undefined, '', 'Bearer', 'Bearer x.y.z', 'Basic YTpi']) {
      await expect(
        invoke(operation, campus.context, { input: { unknown: 1 }, credentials: { authorization } }),
      ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    }
  },
);
