import { Readable } from 'node:stream';
import type { AttendanceReport, ReportFormat } from './attendance-report.ts';
import { csvText } from './csv.ts';
import { jsonText } from './json.ts';
import { xlsxStream } from './xlsx.ts';

/** A report as a file: bytes that are read from PostgreSQL in step with their reader. */
export interface ReportBody {
  readonly contentType: string;
  /** Absent for JSON, which is shown and not saved. */
  readonly fileName?: string;
  readonly stream: Readable;
}

interface Format {
  readonly contentType: string;
  open(report: AttendanceReport): Readable;
}

const FORMATS: Readonly<Record<ReportFormat, Format>> = {
  json: {
    contentType: 'application/json; charset=utf-8',
    open: (report) => Readable.from(jsonText(report)),
  },
  csv: { contentType: 'text/csv; charset=utf-8', open: (report) => Readable.from(csvText(report)) },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    open: xlsxStream,
  },
};

/** The media types of a report. */
export const MEDIA_TYPES = Object.values(FORMATS).map(
  ({ contentType }) => contentType.split(';', 1)[0] ?? '',
);

/** Returns a report's body, which closes the report when it ends, breaks or is destroyed. */
export function reportBody(report: AttendanceReport): ReportBody {
  const { format, date_from, date_to } = report;
  const { contentType, open } = FORMATS[format];
  const stream = open(report);
  stream.once('close', report.close);
  return {
    contentType,
    ...(format !== 'json' && { fileName: `attendance_${date_from}_${date_to}.${format}` }),
    stream,
  };
}
