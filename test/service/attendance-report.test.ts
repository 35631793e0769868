import { read, type WorkSheet } from '@e965/xlsx';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

/** Ids that auth-service is asked about, in an order of their own. */
const student = (at: number) => `${at}0000000-0000-4000-8000-000000000001`;
const EDUCATOR = 'eeeeeeee-0000-4000-8000-000000000001';

/** Names that a spreadsheet would take for formulas, or a file for something of its own. */
const NAMES: Readonly<Record<string, string>> = {
  [student(1)]: '=1+1;"два"',
  [student(2)]: '+7 999',
  [student(3)]: '\uff1dSUM(A1)',
  [student(4)]: ' @cmd',
  [student(5)]: 'Петров\nПётр <&> _x0041_',
  [student(6)]: '-2',
  [EDUCATOR]: '@Воспитатель',
};

/** Each kind of an entry: is_present, absence_reason, leave_until, checked_at. */
const KINDS = {
  present: [true, null, null, 'now()'],
  unchecked: [null, null, null, null],
  leaveAlone: [false, 'По заявлению', '2025-12-02T00:00Z', null],
  leaveMarked: [false, 'По заявлению', '2025-12-02T00:00Z', '2025-12-01T20:00Z'],
  leaveEndedUnexplained: [false, null, '2025-12-01T18:00Z', 'now()'],
  // The leave was over when somebody found out why.
  reason: [false, 'Дома', '2025-12-01T18:00Z', '2025-12-01T20:00Z'],
  unexplained: [false, null, null, 'now()'],
} as const;

async function evening(
  date: string,
  building: string,
  entrance: number,
  entries: [number, keyof typeof KINDS][],
) {
  const [row] = await campus.sql<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by, status, submitted_at)
     values ($1, $2, $3, $4, 'completed', $1::date + time '20:15') returning patrol_id`,
    [date, building, entrance, EDUCATOR],
  );
  for (const [at, kind] of entries) {
    const [present, reason, until, checked] = KINDS[kind];
    await campus.sql(
      `insert into patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until, checked_at)
       values ($1, $2, '101', $3, $4, $5, $6)`,
      [row?.patrol_id, student(at), present, reason, until, checked],
    );
  }
}

beforeAll(async () => {
  campus = await startTestService();
  await campus.sql("set time zone 'UTC'");
  call = await restClient(campus.url);
  await evening('2025-12-01', '8', 1, [
    [1, 'present'],
    [2, 'unchecked'],
    [3, 'leaveAlone'],
    [4, 'leaveMarked'],
    [5, 'reason'],
    [6, 'unexplained'],
  ]);
  await evening('2025-12-02', '8', 1, [
    [1, 'present'],
    [2, 'present'],
    [3, 'present'],
  ]);
  // Four and six have moved.
  await evening('2025-12-02', '9', 2, [
    [4, 'leaveEndedUnexplained'],
    [6, 'unexplained'],
  ]);
  await evening('2025-12-03', '9', 2, []);
});
afterAll(() => campus.close());
afterEach(() => campus.auth.restore());

const range = 'date_from=2025-12-01&date_to=2025-12-03';

function giveNames(): void {
  const others = {
    patronymic: '',
    building: '',
    entrance: 0,
    floor: 0,
    room: '',
    roles: [],
    phone: '',
    email: '',
  };
  campus.auth.replace('GetUserInfo', async ({ user_id }) => ({
    ...{ user_id, last_name: NAMES[user_id] ?? '', first_name: '', is_minor: true, ...others },
  }));
}

async function bytesOf(format: string): Promise<{ headers: Headers; bytes: Buffer }> {
  const headers = { authorization: await bearer('educator') };
  const answer = await fetch(`${campus.url}/api/v1/patrols/report?${range}&format=${format}`, { headers });
  expect(answer.status).toBe(200);
  return { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const counts = (...of: number[]) => ({
  ...{ present_count: of[0], absent_by_leave_count: of[1], absent_with_reason_count: of[2] },
  ...{ unexplained_count: of[3], unchecked_count: of[4] },
});

test('with auth-service down no name is known, and the report is whole all the same', async () => {
  const down = async () => Promise.reject(Object.assign(new Error('down'), { code: 14 }));
  campus.auth.replace('GetUserInfo', down);
  campus.auth.replace('GetUsers', down);
  const { status, body } = await call('GET', `/patrols/report?${range}`);
  expect(status).toBe(200);
  expect(body.patrols.map((row: { patrol_by_name: null }) => row.patrol_by_name)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(body.students.map((row: { user_name: null }) => row.user_name)).toEqual(Array(6).fill(null));
});

test('every entry is counted once, as one kind, by patrol and by student, most unexplained first', async () => {
  const { body } = await call('GET', `/patrols/report?${range}`);
  expect(body).toEqual({
    date_from: '2025-12-01',
    date_to: '2025-12-03',
    patrols: [
      { date: '2025-12-02', building: '9', entrance: 2, entries_count: 2, ...counts(0, 0, 0, 2, 0) },
      { date: '2025-12-01', building: '8', entrance: 1, entries_count: 6, ...counts(1, 2, 1, 1, 1) },
      { date: '2025-12-02', building: '8', entrance: 1, entries_count: 3, ...counts(3, 0, 0, 0, 0) },
      { date: '2025-12-03', building: '9', entrance: 2, entries_count: 0, ...counts(0, 0, 0, 0, 0) },
    ].map((patrol) => ({
      ...patrol,
      ...{ patrol_id: expect.any(String), patrol_by: EDUCATOR, patrol_by_name: null, status: 'completed' },
      submitted_at: `${patrol.date}T20:15:00.000Z`,
    })),
    students: [
      { user_id: student(6), evenings_count: 2, ...counts(0, 0, 0, 2, 0) },
      { user_id: student(4), evenings_count: 2, ...counts(0, 1, 0, 1, 0) },
      { user_id: student(5), evenings_count: 1, ...counts(0, 0, 1, 0, 0) },
      { user_id: student(3), evenings_count: 2, ...counts(1, 1, 0, 0, 0) },
      { user_id: student(1), evenings_count: 2, ...counts(2, 0, 0, 0, 0) },
      { user_id: student(2), evenings_count: 2, ...counts(1, 0, 0, 0, 1) },
    ].map((row) => ({ ...row, user_name: null })),
  });
  const total = (rows: Record<string, number>[], field: string) =>
    rows.reduce((sum, row) => sum + (row[field] ?? 0), 0);
  for (const field of Object.keys(counts()))
    expect([field, total(body.students, field)]).toEqual([field, total(body.patrols, field)]);
  expect(total(body.students, 'evenings_count')).toBe(total(body.patrols, 'entries_count'));
});

test('an entrance asked for has its own patrols alone, and students as they were there', async () => {
  const { body } = await call('GET', `/patrols/report?${range}&building=9&entrance=2`);
  expect(body.patrols).toHaveLength(2);
  expect(body.students).toMatchObject([
    { user_id: student(4), evenings_count: 1, unexplained_count: 1 },
    { user_id: student(6), evenings_count: 1, unexplained_count: 1 },
  ]);
});

test.each([
  ['nothing', '', ['date_from', 'date_to']],
  ['an end before the beginning', 'date_from=2025-12-02&date_to=2025-12-01', ['date_to']],
  ['367 days', 'date_from=2024-01-01&date_to=2025-01-01', ['date_to']],
  ['no days', 'date_from=2025-02-30&date_to=x', ['date_from', 'date_to']],
  [
    'all at once',
    'date_from=x&building=7&entrance=9&format=pdf&x=1',
    ['building', 'date_from', 'date_to', 'entrance', 'format', 'x'],
  ],
])('%s is a VALIDATION_ERROR that names its fields', async (_, query, fields) => {
  const answer = await call('GET', `/patrols/report?${query}`);
  expectError(answer, 'VALIDATION_ERROR');
  expect(answer.body.error.details.map(({ field }: { field: string }) => field).toSorted()).toEqual(fields);
  for (const { message } of answer.body.error.details) expect(message).toMatch(/[а-яё]/i);
});

test('366 days are a period', async () => {
  const { status, body } = await call('GET', '/patrols/report?date_from=2024-01-01&date_to=2024-12-31');
  expect([status, body.patrols, body.students]).toEqual([200, [], []]);
});

test('CSV is what a Russian Excel opens: signature, semicolons, CRLF, both tables, no formula', async () => {
  // What was unknown a moment ago is asked for anew by another service.
  const { headers, bytes } = await fresh('csv');
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe(
    'attachment; filename="attendance_2025-12-01_2025-12-03.csv"',
  );
  const text = bytes.toString();
  expect(text.startsWith('\ufeffПо обходам\r\nДата;Корпус;Подъезд;')).toBe(true);
  expect(text).toContain("\r\n01.12.2025;8;1;Сдан;'@Воспитатель;01.12.2025 23:15;6;1;2;1;1;1;");
  expect(text).toContain('\r\n\r\nПо студентам\r\nСтудент;Вечеров в списке;');
  expect(text).toContain(`"'=1+1;""два""";2;2;0;0;0;0;${student(1)}\r\n`);
  for (const harmless of ["'+7 999;", "'\uff1dSUM(A1);", "' @cmd;", "'-2;", '"Петров\nПётр <&> _x0041_";'])
    expect(text).toContain(harmless);
  expect(text).not.toMatch(/(?:^|[;\n])"?\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
});

test('XLSX has two sheets with frozen headers, numbers, dates, and text that is no formula', async () => {
  const { headers, bytes } = await fresh('xlsx');
  expect(headers.get('content-disposition')).toContain('attendance_2025-12-01_2025-12-03.xlsx');
  const book = read(bytes, { cellNF: true, cellFormula: true, bookFiles: true });
  expect(book.SheetNames).toEqual(['По обходам', 'По студентам']);
  const [patrols = {}, students = {}] = book.SheetNames.map((name): WorkSheet => book.Sheets[name] ?? {});
  // 23:15 in Moscow on the first of December.
  expect([patrols.A3, patrols.F3]).toMatchObject([
    { t: 'n', v: 45_992, w: '01.12.2025' },
    { t: 'n', v: 45_992 + 23.25 / 24, w: '01.12.2025 23:15' },
  ]);
  expect([patrols.B3, patrols.G3]).toMatchObject([
    { t: 's', v: '8' },
    { t: 'n', v: 6 },
  ]);
  const names = [2, 3, 4, 5, 6, 7].map((row) => students[`A${row}`]);
  expect(names.map((cell) => [cell?.t, cell?.v, cell?.f])).toEqual(
    [6, 4, 5, 3, 1, 2].map((at) => ['s', NAMES[student(at)], undefined]),
  );
  for (const path of ['xl/worksheets/sheet1.xml', 'xl/worksheets/sheet2.xml'])
    expect(fileIn(book, path)).toContain(
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>',
    );
  expect(fileIn(book, 'xl/styles.xml')).toContain('quotePrefix="1"');
});

test('HEAD gets the headers of the file, and makes room for the next', async () => {
  for (let round = 0; round < 4; round += 1) {
    const answer = await call('HEAD', `/patrols/report?${range}&format=csv`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  }
});

/** Asks a service that has not been told yet that nobody has a name. */
async function fresh(format: string) {
  const own = campus;
  campus = await startTestService({ environment: { DATABASE_URL: own.environment.DATABASE_URL ?? '' } });
  try {
    giveNames();
    return await bytesOf(format);
  } finally {
    await campus.close();
    campus = own;
  }
}

/** Returns a file of a workbook as text: SheetJS keeps them beside what it has read. */
function fileIn(book: object, path: string): string {
  const { files = {} } = book as { files?: Record<string, { content?: Uint8Array }> };
  return Buffer.from(files[path]?.content ?? '').toString();
}
