import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { archiveCommand, archiveStage, BEFORE, everythingOf, FIRST, LAST, SECOND } from '../archiving.ts';
import { bearer, cloneTemplate } from '../campus.ts';

const stage = archiveStage();
const { started, datesOf, files } = stage;

describe('old evenings', () => {
  test('go with their records of the trail, and what is younger stays', async () => {
    const { stdout } = await stage.archive(...BEFORE, '--to', stage.folder);
    expect(stdout).toMatch(/^2025-09-01: patrols 1, entries \d+, records of the trail 4\n2025-09-02: /);
    expect(stdout).toMatch(/\nevenings 2 \(patrols 2, .*\) before 2025-10-01 archived to /);
    expect(stdout).toContain('152-FZ');
    expect(await datesOf('patrols')).toEqual([LAST]);
    expect(await datesOf('audit_trail')).toEqual([LAST]);
    expect(
      await stage.campus.sql(
        'select from patrol_entries where patrol_id not in (select patrol_id from patrols)',
      ),
    ).toEqual([]);
    expect((await stage.call('GET', `/patrols?date=${FIRST}`)).body.total).toBe(0);
  });

  test('are no longer in the totals that triggers keep', async () => {
    await stage.archive(...BEFORE, '--to', stage.folder);
    for (const query of ['', '?building=8&entrance=2&status=completed', '?status=completed']) {
      expect((await stage.call('GET', `/patrols${query}`)).body.total).toBe(1);
    }
    expect((await stage.call('GET', '/patrols?status=in_progress')).body.total).toBe(0);
  });

  test('leave one record each, which says what went, where to, and by which role; that stays', async () => {
    await stage.archive(...BEFORE, '--to', stage.folder);
    const authorization = await bearer('admin');
    const trail = () =>
      stage.call('GET', `/patrols/audit?date_from=${FIRST}&date_to=${FIRST}`, { authorization });
    const [record, ...others] = (await trail()).body.items;
    expect(others).toEqual([]);
    const [file = ''] = await files();
    const sha256 = createHash('sha256')
      .update(await readFile(join(stage.folder, file)))
      .digest('hex');
    expect(record).toMatchObject({
      ...{ action: 'evening_archived', patrol_id: null, user_id: null, date: FIRST },
      after: { patrols: 1, records: 4, file, sha256, role: 'campus' },
    });
    const found = await stage.call('GET', '/patrols/audit?action=evening_archived', { authorization });
    expect(found.body.items).toHaveLength(2);
    expect((await stage.archive(...BEFORE, '--to', stage.folder)).stdout).toMatch(/^evenings 0 /);
    expect((await trail()).body.items).toEqual([record]);
  });

  test('of which a patrol was deleted go too: their trail alone is archived', async () => {
    const { path } = await started('2025-09-03');
    await stage.call('DELETE', path);
    const { stdout } = await stage.archive(...BEFORE, '--to', stage.folder);
    expect(stdout).toContain('2025-09-03: patrols 0, entries 0, records of the trail 4\n');
    expect(await datesOf('audit_trail')).toEqual([LAST]);
  });

  test('that were not handed in stay, with their trail, and are told of; --unfinished takes them', async () => {
    const { path, id } = await started(SECOND, 3);
    const { stdout } = await stage.archive(...BEFORE, '--to', stage.folder);
    expect(stdout).toContain('not handed in, and still there: patrols 1, from 2025-09-02 on');
    expect((await stage.call('GET', path)).status).toBe(200);
    expect(await stage.campus.sql('select from audit_trail where patrol_id = $1', [id])).toHaveLength(2);
    expect((await stage.archive(...BEFORE, '--to', stage.folder, '--unfinished')).stdout).not.toContain(
      'not handed in',
    );
    expect((await stage.call('GET', path)).status).toBe(404);
    expect((await stage.call('GET', '/patrols?status=in_progress')).body.total).toBe(0);
    expect(await files()).toHaveLength(3);
  });

  test('are thrown away only where that is asked for', async () => {
    const { stdout } = await stage.archive(...BEFORE, '--discard');
    expect(stdout).toContain('deleted for good');
    expect(await datesOf('patrols')).toEqual([LAST]);
    const [record] = await stage.campus.sql(
      "select after from audit_trail where action = 'evening_archived'",
    );
    expect(record).toMatchObject({ after: { file: null, sha256: null } });
  });
});

describe('the files', () => {
  test('are for their owner alone, and each line of them is a row', async () => {
    await stage.archive(...BEFORE, '--to', join(stage.folder, 'made'));
    expect((await stat(join(stage.folder, 'made'))).mode & 0o777).toBe(0o700);
    const names = await readdir(join(stage.folder, 'made'));
    expect(names).toHaveLength(2);
    for (const name of names) {
      const path = join(stage.folder, 'made', name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const lines = String(gunzipSync(await readFile(path)))
        .trimEnd()
        .split('\n');
      const { archive: heading } = JSON.parse(lines[0] ?? '');
      expect(lines).toHaveLength(1 + heading.patrols + heading.entries + heading.records);
      expect(lines.slice(1).map((line) => Object.keys(JSON.parse(line)).length)).not.toContain(2);
    }
  });

  test('bring everything back as it was, to the last digit, and a second time change nothing', async () => {
    const before = await everythingOf(stage.campus);
    await stage.archive(...BEFORE, '--to', stage.folder);
    expect((await everythingOf(stage.campus)).length).toBeLessThan(before.length);
    const paths = (await files()).map((file) => join(stage.folder, file));
    const { stdout } = await stage.archive('--restore', ...paths);
    expect(stdout).toMatch(/restored patrols 1, entries \d+, records of the trail 4\n/);
    expect(await everythingOf(stage.campus)).toEqual(before);
    expect((await stage.call('GET', '/patrols?status=completed')).body.total).toBe(3);
    expect((await stage.archive('--restore', ...paths)).stdout).toContain(
      'restored patrols 0, entries 0, records of the trail 0',
    );
    expect(await everythingOf(stage.campus)).toEqual(before);
    const records = await stage.campus.sql("select from audit_trail where action = 'evening_restored'");
    expect(records).toHaveLength(2);
  });

  test('can be read into an empty database, whose own records then get ids of their own', async () => {
    await stage.archive(...BEFORE, '--to', stage.folder);
    const url = await cloneTemplate();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const paths = (await files()).map((file) => join(stage.folder, file));
    await archiveCommand({ environment: { DATABASE_URL: url } })('--restore', ...paths);
    const { rows } = await client.query(
      "select max(audit_id) filter (where action <> 'evening_restored') < max(audit_id) as is_after, count(*)::int as records from audit_trail",
    );
    expect(rows).toEqual([{ is_after: true, records: 10 }]);
    await client.end();
  });

  test('that are not whole, or named otherwise, are refused, and nothing of them is restored', async () => {
    await stage.archive(...BEFORE, '--to', stage.folder);
    const [file = ''] = await files();
    const bytes = await readFile(join(stage.folder, file));
    await writeFile(join(stage.folder, file), bytes.subarray(0, -1));
    await expect(stage.archive('--restore', join(stage.folder, file))).rejects.toThrow(
      'the checksum is not the one in its name',
    );
    await writeFile(join(stage.folder, 'other.gz'), bytes);
    await expect(stage.archive('--restore', join(stage.folder, 'other.gz'))).rejects.toThrow(
      'cannot be restored',
    );
    await expect(stage.archive('--restore', join(stage.folder, 'none.ndjson.gz'))).rejects.toThrow('ENOENT');
    expect(await datesOf('patrols')).toEqual([LAST]);
  });

  test('of a place that has another patrol by now are refused whole', async () => {
    await stage.archive(...BEFORE, '--to', stage.folder);
    await started(FIRST);
    const before = await everythingOf(stage.campus);
    const [file = ''] = await files();
    await expect(stage.archive('--restore', join(stage.folder, file))).rejects.toThrow(
      'has been started since',
    );
    expect(await everythingOf(stage.campus)).toEqual(before);
  });

  test('that cannot be written take nothing with them', async () => {
    const before = await everythingOf(stage.campus);
    await writeFile(join(stage.folder, 'taken'), '');
    await expect(stage.archive(...BEFORE, '--to', join(stage.folder, 'taken'))).rejects.toThrow('--to');
    expect(await everythingOf(stage.campus)).toEqual(before);
  });

  test('of an archiving that was cut off are set aside: the evening may have changed since', async () => {
    const cutOff = `${FIRST}-0123456789abcdef.ndjson.gz`;
    await writeFile(join(stage.folder, cutOff), 'the rows of before');
    await stage.archive(...BEFORE, '--to', stage.folder);
    const [first, spare] = await files();
    expect([first, spare]).toEqual(
      [expect.stringMatching(/^2025-09-01-.*gz$/), `${cutOff}.spare`].toSorted(),
    );
    await stage.archive(
      '--restore',
      join(stage.folder, (await files()).find((name) => name !== `${cutOff}.spare`) ?? ''),
    );
    await stage.archive(...BEFORE, '--to', stage.folder);
    expect((await files()).filter((name) => name.endsWith('.spare'))).toEqual([`${cutOff}.spare`]);
  });

  test('that are no archive are refused by name, whatever their checksum says', async () => {
    const bytes = Buffer.from('no gzip');
    const name = `${FIRST}-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.ndjson.gz`;
    await writeFile(join(stage.folder, name), bytes);
    await expect(stage.archive('--restore', join(stage.folder, name))).rejects.toThrow(
      `${name} cannot be restored: incorrect header check`,
    );
  });
});
