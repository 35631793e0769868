import { type Connections, openConnections } from '../lib/patrols/connections.ts';
import type { TestCampus } from './campus.ts';

/** How long a statement of a test waits at most. */
export const LIMIT_MS = 10_000;

/** Opens a pool with one place, so that whoever comes second waits. */
export function openPoolOfOne(
  { surroundings: { telemetry } }: Pick<TestCampus, 'surroundings'>,
  url: string,
  limitMs = LIMIT_MS,
): Connections {
  return openConnections({ url, poolSize: 1, limitMs, telemetry });
}
