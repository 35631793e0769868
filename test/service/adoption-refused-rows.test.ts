import { afterAll, describe, expect, test } from '@jest/globals';
import { oldEvening, refusalOf } from '../adoption-refusal.ts';
import { closeOldDatabases } from '../old-database.ts';
import { otherMigrations, removeOtherMigrations } from '../other-migrations.ts';

afterAll(() => Promise.all([closeOldDatabases(), removeOtherMigrations()]));

describe('rows that the new tables refuse are named and counted, and nothing is changed', () => {
  const copies = (of: string, changes: string) =>
    `create temp table copies as table ${of}; update copies set ${changes}; insert into ${of} table copies; drop table copies`;
  test.each([
    [
      'an unknown status',
      "update patrols set status = 'cancelled'",
      'patrols whose status is neither in_progress nor completed (rows: 1)',
    ],
    [
      'no status',
      'alter table patrols alter status drop not null; update patrols set status = null',
      'patrols whose status is neither in_progress nor completed (rows: 1)',
    ],
    [
      'no date',
      'alter table patrols alter date drop not null; update patrols set date = null',
      'patrols without patrol_id, date, building, entrance or patrol_by (rows: 1)',
    ],
    ['an empty building', "update patrols set building = ''", 'patrols whose building is empty (rows: 1)'],
    [
      'an entrance below zero',
      'update patrols set entrance = -1',
      'patrols whose entrance is below zero (rows: 1)',
    ],
    [
      'an evening twice',
      `alter table patrols drop constraint uq_patrol_date_building_entrance; ${copies('patrols', 'patrol_id = gen_random_uuid()')}`,
      'patrols with the same date, building and entrance (rows: 2)',
    ],
    [
      'a patrol’s key twice',
      `alter table patrols drop constraint patrols_pkey cascade; ${copies('patrols', 'date = date + 7')}`,
      'patrols with the same patrol_id (rows: 2)',
    ],
    [
      'an entry’s key twice',
      `alter table patrol_entries drop constraint patrol_entries_pkey; ${copies('patrol_entries', 'user_id = gen_random_uuid()')}`,
      'entries with the same patrol_entry_id (rows: 2)',
    ],
    [
      'a student twice in a patrol',
      `alter table patrol_entries drop constraint uq_patrol_entry_patrol_user; ${copies('patrol_entries', 'patrol_entry_id = gen_random_uuid()')}`,
      'entries of the same student in the same patrol (rows: 2)',
    ],
    [
      'entries of no patrol',
      'alter table patrol_entries drop constraint patrol_entries_patrol_id_fkey; delete from patrols',
      'entries of no patrol (rows: 1)',
    ],
    [
      'entries of no student',
      'alter table patrol_entries alter user_id drop not null; update patrol_entries set user_id = null',
      'entries without patrol_entry_id, patrol_id or user_id (rows: 1)',
    ],
  ])('%s', async (_, sql, what) => {
    const message = await refusalOf(await oldEvening(sql));
    expect(message).toBe(`These rows cannot be kept as they are, and nothing was changed: ${what}.`);
  });

  test('what only the tables themselves know is refused by the constraint’s name', async () => {
    const folder = await otherMigrations({
      '000005': 'alter table public.patrols add constraint a_few_entrances check (entrance < 2);',
    });
    expect(await refusalOf(await oldEvening(), { folder })).toContain('"a_few_entrances"');
  });

  test('rows that get lost on the way are missed', async () => {
    const folder = await otherMigrations({
      '000005': `
        create function public.lose() returns trigger language plpgsql as 'begin return null; end';
        create trigger lose before insert on public.patrol_entries for each row execute function public.lose();
      `,
    });
    expect(await refusalOf(await oldEvening(), { folder })).toContain(
      'there were 1 patrols and 1 entries, and would be 1 and 0',
    );
  });
});
