/** The time fields of rows in the trail. */
const TIMES: ReadonlySet<string> = new Set([
  'started_at',
  'submitted_at',
  'checked_at',
  'leave_until',
  'created_at',
  'updated_at',
]);

/** Returns a state of the trail with its times in UTC: PostgreSQL wrote them in the database's or role's time zone. */
export function withUtcTimes(state: unknown): unknown {
  if (Array.isArray(state)) return state.map(withUtcTimes);
  if (typeof state !== 'object' || state === null) return state;
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, TIMES.has(name) ? utcOf(value) : value]),
  );
}

function utcOf(value: unknown): unknown {
  const time = typeof value === 'string' ? new Date(value) : null;
  // `infinity` may have been written past the service.
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : value;
}
