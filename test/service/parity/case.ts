import type { Role } from '../../../lib/auth/roles.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import type { PatrolWithEntries } from '../../../lib/patrols/schemas.ts';

/** What a case finds: a day of its own, with patrols at different stages. */
export interface World {
  readonly date: string;
  /** The day before, when nobody walked. */
  readonly before: string;
  /** Of building 8, entrance 1, where the well-known student on patrol lives. */
  readonly open: PatrolWithEntries;
  /** Of building 8, entrance 2. */
  readonly completed: PatrolWithEntries;
  /** Of building 8, entrance 3: everybody is marked, and it is not handed in. */
  readonly walked: PatrolWithEntries;
}

export type TransportName = 'direct' | 'rest' | 'grpc' | 'lambda';

export interface Case {
  readonly title: string;
  /** Who asks; null: somebody with no identity at all. */
  readonly as: Role | null;
  readonly input: (world: World) => Record<string, unknown>;
  readonly outcome: 'OK' | ErrorCode;
  /** Transports over which the case cannot be said, and why. */
  readonly unsayable?: Partial<Record<TransportName, string>>;
}

export const WIRE = { grpc: 'protobuf has neither unknown fields nor wrong types' };

export const good = (title: string, input: Case['input'], as: Role = 'educator'): Case => ({
  title,
  as,
  input,
  outcome: 'OK',
});
export const refused = (
  outcome: ErrorCode,
  title: string,
  input: Case['input'],
  more: Partial<Pick<Case, 'as' | 'unsayable'>> = {},
): Case => ({ title, as: 'educator', input, outcome, ...more });

export const entryOf = ({ patrol_id, entries }: PatrolWithEntries) => ({
  patrol_id,
  patrol_entry_id: entries[0]?.patrol_entry_id,
});

/** Who is turned away from every operation, whatever they ask. */
export const turnedAway = (input: Case['input']): Case[] => [
  refused('UNAUTHORIZED', 'nobody', input, { as: null }),
  refused('FORBIDDEN', 'a student', input, { as: 'student' }),
];

/** A student on patrol, for whom a patrol of another entrance is as if it did not exist. */
export const beyondReach = (input: Case['input']): Case =>
  refused('PATROL_NOT_FOUND', 'a patrol of an entrance that the student does not live in', input, {
    as: 'student_patrol',
  });
