/** What the rows of patrols and entries, which the trail has as they were, hold of times. */
const TIMES: ReadonlySet<string> = new Set([
  'started_at',
  'submitted_at',
  'checked_at',
  'leave_until',
  'created_at',
  'updated_at',
]);

/**
 * Returns a state of the trail, one row or a list of rows, with its times in UTC. PostgreSQL wrote them with the offset of
 * whatever time zone the database or the role had then.
 */
export function withUtcTimes(state: unknown): unknown {
  if (Array.isArray(state)) return state.map(withUtcTimes);
  if (typeof state !== 'object' || state === null) return state;
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, TIMES.has(name) ? utcOf(value) : value]),
  );
}

function utcOf(value: unknown): unknown {
  const time = typeof value === 'string' ? new Date(value) : null;
  // Somebody past the service may have written `infinity`.
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : value;
}
