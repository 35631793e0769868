import type { GetAttendanceReportResponse__Output as Response } from '../../proto/generated/campus/patrol/GetAttendanceReportResponse.ts';
import type { AttendanceReport, Table } from './attendance-report.ts';

/** Reads a report whole, as the response of its RPC, and closes it. REST's null is `""`. */
export async function reportMessage(report: AttendanceReport): Promise<Response> {
  try {
    const { date_from, date_to } = report;
    const patrols = await all(report.patrols, ({ submitted_at, patrol_by_name, ...patrol }) => ({
      ...patrol,
      submitted_at: submitted_at ?? '',
      patrol_by_name: patrol_by_name ?? '',
    }));
    const students = await all(report.students, ({ user_name, ...student }) => ({
      ...student,
      user_name: user_name ?? '',
    }));
    return { date_from, date_to, patrols, students };
  } finally {
    report.close();
  }
}

async function all<Row, Message>(table: Table<Row>, messageOf: (row: Row) => Message): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const rows of table) messages.push(...rows.map(messageOf));
  return messages;
}
