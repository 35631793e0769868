import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import { rowSchema } from './row-schema.ts';

const Text = Type.Union([Type.String(), Type.Null()]);
/** How far a server is in the log of all changes; a standby, in replaying it. */
const Position = Type.Object({ is_standby: Type.Boolean(), position: Text });

/** A position in bytes, of a server that says one: a standby of storage that is shared has none. */
const POSITION = sql.fragment`
  pg_is_in_recovery() as is_standby,
  (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end - '0/0')::text
    as position
`;

export const readPosition = sql.prepared('wal_position', rowSchema(Position))`select ${POSITION}`;

const Server = Type.Object({ ...Position.properties, cluster: Type.String() });
export type Server = Static<typeof Server>;

/**
 * With the cluster, which standbys share with their primary: positions of different ones say nothing of each other. Without
 * a name, so that it is in no trace or metric: it is asked all the time.
 */
export const readServer = sql.type(rowSchema(Server))`
  select ${POSITION}, system_identifier::text as cluster from pg_control_system()
`;

/** Whether this is a standby, which has replayed everything up to a position. */
export function hasReplayed(row: Static<typeof Position> | null, position: bigint): boolean {
  return row?.is_standby === true && row.position !== null && BigInt(row.position) >= position;
}

/** Where the primary was, and when. Times are of `performance.now()`. */
export interface PrimaryPositions {
  /** @param atMs a moment just before it was asked: all that was committed by then is before the position. */
  add(atMs: number, position: bigint): void;
  /** Returns the first position at or after a moment; null if none is known. */
  firstSince(ms: number): bigint | null;
  /** Returns the last moment whose commits are all before a position; null if none is known. */
  reachedMs(position: bigint): number | null;
}

/** How long positions are kept, for how late a standby is. */
const KEPT_MS = 60_000;

export function createPrimaryPositions(): PrimaryPositions {
  const kept: { readonly atMs: number; readonly position: bigint }[] = [];
  return {
    add(atMs, position) {
      kept.push({ atMs, position });
      while (kept[0] && kept[0].atMs < atMs - KEPT_MS) kept.shift();
    },
    firstSince: (ms) => kept.find(({ atMs }) => atMs >= ms)?.position ?? null,
    reachedMs: (position) => kept.findLast((one) => one.position <= position)?.atMs ?? null,
  };
}
