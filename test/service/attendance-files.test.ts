import { read, type WorkSheet } from '@e965/xlsx';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { giveNames, NAMES, PERIOD, student, walkEvenings } from '../attendance-evenings.ts';
import { bearer, startTestService } from '../campus.ts';
import { restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService();
  await walkEvenings(campus);
  giveNames(campus);
});
afterAll(() => campus.close());

async function fileOf(format: string): Promise<{ headers: Headers; bytes: Buffer }> {
  const headers = { authorization: await bearer('educator') };
  const answer = await fetch(`${campus.url}/api/v1/patrols/report?${PERIOD}&format=${format}`, { headers });
  expect(answer.status).toBe(200);
  return { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

test('CSV is what a Russian Excel opens: signature, semicolons, CRLF, both tables, no formula', async () => {
  const { headers, bytes } = await fileOf('csv');
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
  const { headers, bytes } = await fileOf('xlsx');
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
  const call = await restClient(campus.url);
  // One more than may be open.
  for (let round = 0; round < 21; round += 1) {
    const answer = await call('HEAD', `/patrols/report?${PERIOD}&format=csv`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  }
});

/** Returns a file of a workbook as text: SheetJS keeps them beside what it has read. */
function fileIn(book: object, path: string): string {
  const { files = {} } = book as { files?: Record<string, { content?: Uint8Array }> };
  return Buffer.from(files[path]?.content ?? '').toString();
}
