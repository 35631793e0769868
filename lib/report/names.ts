import type { UserId } from '../campus-types.ts';
import type {
  CountedPatrol,
  CountedStudent,
  PatrolAttendance,
  StudentAttendance,
} from '../patrols/attendance.ts';
import type { NameSource } from '../patrols/naming.ts';

/** Returns patrols with the names of who started them. */
export async function namedPatrols(
  names: NameSource,
  patrols: readonly CountedPatrol[],
): Promise<PatrolAttendance[]> {
  const people = new Set(patrols.map(({ patrol_by }) => patrol_by));
  const nameOf = await names.of([...people]);
  return patrols.map((patrol) => ({ ...patrol, patrol_by_name: nameOf(patrol.patrol_by) }));
}

/** Returns students with their names, those of each entrance requested together, of all entrances at once. */
export async function namedStudents(
  names: NameSource,
  students: readonly CountedStudent[],
): Promise<StudentAttendance[]> {
  const byPlace = Map.groupBy(students, ({ building, entrance }) => `${building}/${entrance}`);
  const named = new Map<UserId, string | null>();
  const nameAll = async (neighbours: readonly CountedStudent[]) => {
    const people = neighbours.map(({ user_id }) => user_id);
    const nameOf = await names.of(people, neighbours[0]);
    for (const userId of people) named.set(userId, nameOf(userId));
  };
  await Promise.all([...byPlace.values()].map(nameAll));
  return students.map(({ building, entrance, ...student }) => ({
    ...student,
    user_name: named.get(student.user_id) ?? null,
  }));
}
