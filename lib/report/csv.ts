import { stringify } from 'csv-stringify/sync';
import type { AttendanceReport, Table } from './attendance-report.ts';
import { BY_PATROL, BY_STUDENT, type Column, localTime, type TableLayout } from './columns.ts';

const BYTE_ORDER_MARK = '\ufeff';
const NEW_LINE = '\r\n';

/**
 * A formula after characters that a spreadsheet may pass over. `escape_formulas` covers the first character alone:
 * `=`, `+`, `-`, `@` and their full-width forms, tab and carriage return.
 */
const FORMULA_AFTER_BLANKS = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** As a Russian Excel opens it: the comma is its decimal separator. */
const DIALECT = {
  delimiter: ';',
  record_delimiter: NEW_LINE,
  escape_formulas: true,
  // By default a line feed alone is not quoted, and would end the row.
  quoted_match: /[\r\n]/,
  cast: { string: (text: string) => (FORMULA_AFTER_BLANKS.test(text) ? `'${text}` : text) },
};

/** Returns the report as CSV text, part by part: two tables, each with its title and header. */
export async function* csvText({ timezone, patrols, students }: AttendanceReport) {
  yield BYTE_ORDER_MARK;
  yield* section(BY_PATROL, patrols, timezone);
  yield NEW_LINE;
  yield* section(BY_STUDENT, students, timezone);
}

async function* section<Row>({ title, columns }: TableLayout<Row>, table: Table<Row>, timezone: string) {
  yield stringify([[title], columns.map((column) => column.title)], DIALECT);
  for await (const rows of table) {
    yield stringify(
      rows.map((row) => columns.map((column) => textOf(column, row, timezone))),
      DIALECT,
    );
  }
}

/** Returns a value as a spreadsheet in Russian reads it: dates as 01.12.2025. */
function textOf<Row>({ kind, value }: Column<Row>, row: Row, timezone: string): string | number {
  const given = value(row);
  if (given === null || typeof given === 'number' || kind === 'text') return given ?? '';
  return localTime(given, timezone).toFormat(kind === 'date' ? 'dd.MM.yyyy' : 'dd.MM.yyyy HH:mm');
}
