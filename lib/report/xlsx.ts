import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { AttendanceReport } from './attendance-report.ts';
import { BY_PATROL, BY_STUDENT } from './columns.ts';
import { sheetXml } from './sheet.ts';
import { sheetPath, workbookParts } from './workbook-parts.ts';

/**
 * Returns the report as a workbook with a sheet for each table. Written as XML into a ZIP stream that is read in step
 * with its reader: exceljs 4.4.0 takes every row at once, however slow the reader (its issues 734 and 2916), and brings
 * two hundred packages.
 */
export function xlsxStream({ timezone, patrols, students }: AttendanceReport): Readable {
  const zip = new ZipFile();
  // yazl's type is the interface; it is a PassThrough.
  const output = zip.outputStream as Readable;
  for (const [path, xml] of workbookParts([BY_PATROL.title, BY_STUDENT.title]))
    zip.addBuffer(Buffer.from(xml), path);
  const sheets = [
    () => sheetXml(BY_PATROL, patrols, timezone),
    () => sheetXml(BY_STUDENT, students, timezone),
  ];
  for (const [at, xml] of sheets.entries()) {
    zip.addReadStreamLazy(sheetPath(at), (take) => {
      const sheet = Readable.from(xml(), { objectMode: false });
      // yazl listens to neither end of a stream that breaks.
      sheet.once('error', (error) => output.destroy(error));
      output.once('close', () => sheet.destroy());
      take(null, sheet);
    });
  }
  zip.end();
  return output;
}
