import type { AttendanceReport, Table } from './attendance-report.ts';

/** Returns the report as JSON text, part by part. */
export async function* jsonText({ date_from, date_to, patrols, students }: AttendanceReport) {
  const dates = JSON.stringify({ date_from, date_to });
  yield `${dates.slice(0, -1)},"patrols":[`;
  yield* items(patrols);
  yield '],"students":[';
  yield* items(students);
  yield ']}';
}

/** Returns the items of an array, with their commas. */
async function* items<Row>(table: Table<Row>) {
  let isFirst = true;
  for await (const rows of table) {
    // Deleted meanwhile, all of them.
    if (rows.length === 0) continue;
    const text = JSON.stringify(rows).slice(1, -1);
    yield isFirst ? text : `,${text}`;
    isFirst = false;
  }
}
