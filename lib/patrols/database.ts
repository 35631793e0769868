import { SpanKind } from '@opentelemetry/api';
import { timed } from '../telemetry/instruments.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Connections, type ConnectionsOptions, openConnections } from './connections.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { databaseFault, isRolledBack, isTooLate } from './database-fault.ts';
import { prepared, type Statement } from './statement.ts';

/** PostgreSQL as the stores see it; everything here fails with SERVICE_UNAVAILABLE when it is out of reach or late. */
export interface Database {
  /** Gives the only row, or null. */
  maybeOne<Row>(statement: Statement<Row>): Promise<Row | null>;
  /**
   * Until when, in milliseconds by PostgreSQL's clock, somebody waits who asks for a change now.
   * @param until when they stop waiting themselves, in milliseconds by our own clock.
   */
  deadline(until: number): number;
  /** Whether PostgreSQL answers within `withinMs`. */
  reachable(withinMs: number): Promise<boolean>;
  /** Fails when PostgreSQL cannot be reached. Statements wait for a connection by themselves. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

/** Begins to open a first connection: whoever calls this has to wait for `opened`. */
export function openDatabase(options: ConnectionsOptions): Database {
  const { telemetry, limitMs } = options;
  const connections = openConnections(options);
  const clock = createDatabaseClock({ limitMs, ask: () => timeOf(connections, limitMs) });
  const observe = observed(telemetry);
  return {
    maybeOne: (statement) =>
      observe(statement.name, async () => {
        try {
          const [row] = await settled(connections, statement, options);
          return row === undefined ? null : statement.rowOf(row);
        } catch (error) {
          compareClocksAfter(error, clock, telemetry);
          throw databaseFault(error);
        }
      }),
    deadline: clock.deadline,
    reachable: (withinMs) =>
      connections.run({ text: 'select' }, withinMs).then(
        () => true,
        (error) => {
          telemetry.log.warn({ err: error }, 'PostgreSQL is not ready');
          return false;
        },
      ),
    // Why there is no connection is told as PostgreSQL said it: it is for an operator, and not for a caller.
    opened: clock.compare(),
    close: connections.close,
  };
}

/** Runs a statement, and once more when PostgreSQL has undone it for the sake of another (a deadlock). */
async function settled(
  connections: Connections,
  statement: Statement<unknown>,
  { limitMs, telemetry }: ConnectionsOptions,
): Promise<unknown[]> {
  const begun = performance.now();
  try {
    return await connections.run(statement, limitMs);
  } catch (error) {
    if (!isRolledBack(error)) throw error;
    telemetry.log.warn({ err: error }, 'PostgreSQL undid a statement for another, and it is run again');
    return connections.run(statement, Math.round(begun + limitMs - performance.now()));
  }
}

async function timeOf(connections: Connections, limitMs: number): Promise<number> {
  const time = prepared<{ readonly now: string }>('database_time')`
    select extract(epoch from clock_timestamp()) * 1000 as now
  `;
  const [row] = await connections.run(time, limitMs);
  return Number(time.rowOf(row).now);
}

/** Has the clocks compared when a change was refused as too late: one of them may have been set meanwhile. */
function compareClocksAfter(error: unknown, clock: DatabaseClock, { log }: Telemetry): void {
  if (!isTooLate(error)) return;
  log.warn('a change came too late for its caller, and was not made');
  clock.compare().catch((err: unknown) => log.warn({ err }, 'the clocks could not be compared'));
}

/** Gives what measures and traces a statement by its name; neither its text nor its values go anywhere. */
function observed({ spans, instruments }: Telemetry) {
  return <Result>(name: string, work: () => Promise<Result>) => {
    const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': name };
    return spans.around({ name, kind: SpanKind.CLIENT, attributes }, () =>
      timed(instruments.databaseDuration, work, (error) =>
        error === undefined ? attributes : { ...attributes, 'error.type': databaseFault(error).code },
      ),
    );
  };
}
