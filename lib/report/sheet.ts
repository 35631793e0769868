import type { Table } from './attendance-report.ts';
import { type Column, type ColumnKind, localTime, type TableLayout } from './columns.ts';
import { CELL_STYLES, HEADER_STYLE } from './workbook-parts.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** Serial number of 1970-01-01: days are counted from 1899-12-30. */
const EPOCH_SERIAL = 25_569;
const DAY_MS = 86_400_000;

/** Returns a sheet's XML, part by part: a header that stays in view, then the rows. */
export async function* sheetXml<Row>(layout: TableLayout<Row>, table: Table<Row>, timezone: string) {
  const { columns } = layout;
  yield `${head(columns)}<sheetData>${rowXml(1, columns.map(headerCell))}`;
  let number = 1;
  for await (const rows of table) {
    let xml = '';
    for (const row of rows) {
      number += 1;
      xml += rowXml(
        number,
        columns.map((column) => cell(column, row, timezone)),
      );
    }
    yield xml;
  }
  yield '</sheetData></worksheet>';
}

function head<Row>(columns: readonly Column<Row>[]): string {
  const widths = columns.map(
    ({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols>`;
}

/** A cell without its address: its style, and its value as XML. */
interface Cell {
  readonly style: number;
  readonly type: 'n' | 'inlineStr';
  readonly content: string;
}

function rowXml(number: number, cells: readonly (Cell | null)[]): string {
  const written = cells.map((value, at) => {
    if (!value) return '';
    // Fewer columns than letters.
    const address = `${String.fromCharCode('A'.charCodeAt(0) + at)}${number}`;
    return `<c r="${address}" s="${value.style}" t="${value.type}">${value.content}</c>`;
  });
  return `<row r="${number}">${written.join('')}</row>`;
}

function headerCell({ title }: { readonly title: string }): Cell {
  return textCell(title, HEADER_STYLE);
}

function cell<Row>({ kind, value }: Column<Row>, row: Row, timezone: string): Cell | null {
  const given = value(row);
  if (given === null) return null;
  const style = CELL_STYLES[kind];
  if (kind === 'text') return textCell(String(given), style);
  const number = typeof given === 'number' ? given : serialOf(given, kind, timezone);
  return { style, type: 'n', content: `<v>${number}</v>` };
}

/** Returns a cell with text in it, never a formula, whatever it begins with. */
function textCell(text: string, style: number): Cell {
  return { style, type: 'inlineStr', content: `<is><t xml:space="preserve">${escaped(text)}</t></is>` };
}

/** Returns a date or moment as a spreadsheet counts it, by the clocks of the campus: it can be sorted and filtered. */
function serialOf(value: string, kind: ColumnKind, timezone: string): number {
  const local = localTime(value, timezone).setZone('utc', { keepLocalTime: true });
  const serial = local.toMillis() / DAY_MS + EPOCH_SERIAL;
  return kind === 'date' ? Math.round(serial) : serial;
}

/** Everything that XML 1.0 has no character for. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  return (
    text
      .replaceAll(UNWRITABLE, '')
      .replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? character)
      // A spreadsheet would read `_x0041_` as `A`.
      .replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
  );
}
