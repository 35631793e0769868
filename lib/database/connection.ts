import pg from 'pg';
import { waitAtMost } from '../wait-at-most.ts';
import { sqlStateOf } from './errors.ts';

/** A statement with its values; one with a name is prepared. */
export interface Statement {
  readonly name: string | undefined;
  readonly text: string;
  readonly values: unknown[];
}

/** A connection that runs one statement at a time. */
export interface Connection {
  /** @throws PostgreSQL's and pg's errors. */
  run(statement: Statement): Promise<pg.QueryResult>;
  /** Resolves when nothing runs. A statement that runs is cancelled, and then waited for, at most a second. */
  cancel(): Promise<void>;
}

/** How long a cancelled statement is waited for: a connection that went silent will never say that it is over. */
const CANCEL_LIMIT_MS = 1000;

/** PostgreSQL's code where a statement's columns have changed since it was prepared, and it was not run. */
const FEATURE_NOT_SUPPORTED = '0A000';

/** @param config with which the client connected. */
export function connectionOf(client: pg.Client, config: pg.ClientConfig): Connection {
  let running: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  // How often each statement was prepared anew.
  const renewals = new Map<string, number>();
  const runOnce = (statement: Statement) => {
    const { name, text } = statement;
    const renewal = name === undefined ? undefined : renewals.get(name);
    // Poolers, too, take another name with the same text for the same statement.
    return renewal === undefined
      ? run(client, statement)
      : run(client, { ...statement, name: `${name}_${renewal}`, text: `${text} -- ${renewal}` });
  };
  const runAnewIfStale = async (statement: Statement) => {
    isRunning = true;
    try {
      return await runOnce(statement);
    } catch (error) {
      const { name } = statement;
      if (name === undefined || sqlStateOf(error) !== FEATURE_NOT_SUPPORTED) throw error;
      renewals.set(name, (renewals.get(name) ?? 0) + 1);
      return await runOnce(statement);
    } finally {
      isRunning = false;
    }
  };
  return {
    run(statement) {
      const result = runAnewIfStale(statement);
      running = result;
      return result;
    },
    async cancel() {
      if (!isRunning) return;
      const over = running.catch(() => {
        // Its caller has the error, or has stopped waiting for it.
      });
      void requestCancel(client, config);
      await waitAtMost(CANCEL_LIMIT_MS, over);
    },
  };
}

/**
 * Runs a statement by callback: the results that pg's own promises give (8.23.1) survive until the next major garbage
 * collection, which costs a read with forty entries 8 % of its CPU. Made of a text and not of an object, which pg
 * would copy by its property descriptors: 2 % of a mark.
 */
function run(client: pg.Client, { name, text, values }: Statement): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, values, (error, result) => (error ? reject(error) : resolve(result)));
    client.query(Object.assign(query, { name }));
  });
}

/** What a pg.Client has and its types (8.23.1) do not show. */
interface CancelParts {
  readonly processID: number;
  readonly secretKey: number;
  readonly connection: { startup(): void; cancel(processId: number, secretKey: number): void };
}

/**
 * Has PostgreSQL cancel what a client runs, over a connection of its own that is made in the same way. Closing the
 * client's connection would not do: PostgreSQL notices only when it has a result to send. pg's own `cancel` uses no TLS.
 * @see https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.10
 */
async function requestCancel(client: pg.Client, config: pg.ClientConfig): Promise<void> {
  const canceller = new pg.Client(config);
  const { processID, secretKey } = client as unknown as CancelParts; // pg's types lack them
  const { connection } = canceller as unknown as CancelParts; // pg's types lack its methods
  connection.startup = () => connection.cancel(processID, secretKey);
  canceller.on('error', () => {});
  // PostgreSQL answers a cancel request by closing the connection, whether it found the statement or not.
  await canceller.connect().catch(() => {});
}
