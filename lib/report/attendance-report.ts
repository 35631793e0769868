import { context } from '@opentelemetry/api';
import { bulkhead } from 'cockatiel';
import type { Reach } from '../auth/reach.ts';
import type { CampusDate } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import type { PatrolAttendance, StudentAttendance } from '../patrols/attendance.ts';
import type { AttendanceStore } from '../patrols/attendance-store.ts';
import type { IdList } from '../patrols/id-list.ts';
import type { NameSource } from '../patrols/naming.ts';
import type { ReportPeriod } from '../patrols/report-period.ts';
import { activeSignal } from '../telemetry/trace-identity.ts';
import { namedPatrols, namedStudents } from './names.ts';

/** The formats of a report over REST. */
export const REPORT_FORMATS = ['json', 'csv', 'xlsx'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A table of a report, in parts that are read from PostgreSQL when they are asked for; it can be read once. */
export type Table<Row> = AsyncIterable<readonly Row[]>;

/** An open report. Its first part is read; reading the others throws SERVICE_UNAVAILABLE, and ends the report. */
export interface AttendanceReport {
  readonly format: ReportFormat;
  readonly date_from: CampusDate;
  readonly date_to: CampusDate;
  /** The campus's, IANA name: tables for people have its time. */
  readonly timezone: string;
  readonly patrols: Table<PatrolAttendance>;
  readonly students: Table<StudentAttendance>;
  /** Makes room for another report; whoever opened it has to. Calling it twice is safe. */
  close(): void;
}

export interface AttendanceReports {
  /** @throws SERVICE_UNAVAILABLE while `MAX_OPEN` others are open; FORBIDDEN for a filter beyond the reach. */
  open(reach: Reach, period: ReportPeriod, format: ReportFormat): Promise<AttendanceReport>;
}

export interface AttendanceReportsOptions {
  readonly store: AttendanceStore;
  readonly names: NameSource;
  readonly timezone: string;
}

/** How many reports are open at a time in one process: each may be read slowly, and keeps its order meanwhile. */
const MAX_OPEN = 20;
/** For how many of them PostgreSQL works at a time; the others wait for their turn. */
const MAX_READING = 2;
/** How many rows are read with one statement: 80 KB as JSON. */
const PART = 200;

export function createAttendanceReports({
  store,
  names,
  timezone,
}: AttendanceReportsOptions): AttendanceReports {
  const open = new Set<symbol>();
  const turns = bulkhead(MAX_READING, Number.POSITIVE_INFINITY);
  return {
    async open(reach, period, format) {
      if (open.size >= MAX_OPEN)
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', `${MAX_OPEN} reports are open`);
      const place = Symbol('report');
      open.add(place);
      const isOpen = () => open.has(place);
      const close = () => void open.delete(place);
      try {
        const order = await turns.execute(() => store.order(reach, period));
        const readPatrols = async (ids: Parameters<AttendanceStore['patrols']>[1]) =>
          namedPatrols(names, await turns.execute(() => store.patrols(reach, ids)));
        const readStudents = async (ids: Parameters<AttendanceStore['students']>[2]) =>
          namedStudents(names, await turns.execute(() => store.students(reach, period, ids)));
        const { date_from, date_to } = period;
        return {
          ...{ format, date_from, date_to, timezone },
          patrols: await begun(inParts(order.patrols, readPatrols, isOpen)),
          students: inParts(order.students, readStudents, isOpen),
          close,
        };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** Returns the rows of these ids, each part read when it is asked for, with the trace of the request that began it. */
function inParts<Id extends string, Row>(
  ids: IdList<Id>,
  read: (ids: readonly Id[]) => Promise<Row[]>,
  isOpen: () => boolean,
): AsyncGenerator<readonly Row[], void> {
  // Who reads a stream asks for the next part out of a socket's context.
  const readWithin = context.bind(context.active(), (part: readonly Id[]) => {
    if (activeSignal()?.aborted || !isOpen())
      throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the caller no longer waits');
    return read(part);
  });
  return (async function* parts() {
    for (let at = 0; at < ids.length; at += PART) yield await readWithin(ids.slice(at, at + PART));
  })();
}

/** Returns the parts with the first one read: what fails by then is an ordinary error. */
async function begun<Part>(parts: AsyncGenerator<Part, void>): Promise<AsyncIterable<Part>> {
  const first = await parts.next();
  return continued(first, parts);
}

async function* continued<Part>(first: IteratorResult<Part, void>, rest: AsyncIterable<Part>) {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
