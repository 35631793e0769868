import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureDatabase, startEmbeddedPostgres } from '../../infra/local/postgres.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { type MeasuredProcess, startMeasuredProcess } from '../load/measured-process.ts';
import { servedWith } from '../load/served-with.ts';

/** What is compared: the floor, and the service as it is and with its cache. */
export const SUBJECTS = ['floor', 'cached', 'as it comes'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Everything that a measurement needs around it, each server in a process of its own. */
export interface Stage {
  readonly environment: Readonly<Record<string, string>>;
  readonly authorization: string;
  readonly database: pg.Client;
  /** Starts a server; the stage stops it in the end. */
  start(subject: Subject): Promise<MeasuredProcess>;
  /** Puts so many completed patrols in the past, with an entry each and past the audit trail. */
  seedHistory(patrols: number): Promise<void>;
  strike(): Promise<void>;
}

interface Server {
  readonly script: string;
  readonly own: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

const SERVERS: Readonly<Record<Subject, Server>> = {
  floor: { script: 'test/bench/floor.ts', own: {}, flags: [] },
  cached: { script: 'lib/bin/main.ts', own: { AUTH_CACHE_SECONDS: '30' }, flags: servedWith() },
  'as it comes': { script: 'lib/bin/main.ts', own: {}, flags: servedWith() },
};

const JWT_SECRET_KEY = 'the secret of the bench and of nobody else';

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-bench-'));
  // On the disk as in production: what a commit costs is part of every answer.
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'data'),
    port: 0,
    durable: true,
  });
  await ensureDatabase(postgres, 'patrol_db');
  const peers = await startMeasuredProcess('test/bench/peers.ts', { JWT_SECRET_KEY });
  const environment = {
    DATABASE_URL: postgres.url('patrol_db'),
    AUTH_GRPC_HOST: '127.0.0.1',
    AUTH_GRPC_PORT: String(peers.restPort),
    APPLICATION_GRPC_HOST: '127.0.0.1',
    APPLICATION_GRPC_PORT: String(peers.grpcPort),
    JWT_SECRET_KEY,
    REST_PORT: '0',
    GRPC_PORT: '0',
    DRAIN_DELAY_SECONDS: '0',
    ENVIRONMENT: 'production',
  };
  const database = new pg.Client({ connectionString: environment.DATABASE_URL });
  const started: MeasuredProcess[] = [];
  await database.connect();
  const strike = async () => {
    await Promise.all(started.map((server) => server.stop()));
    await peers.stop();
    await database.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  // Whoever ends a measurement in the middle leaves nothing running.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void strike().finally(() => process.exit(1)));
  }
  return {
    environment,
    authorization: `Bearer ${await issueToken({ secret: JWT_SECRET_KEY, role: 'educator' })}`,
    database,
    async start(subject) {
      const { script, own, flags } = SERVERS[subject];
      const server = await startMeasuredProcess(script, { ...environment, ...own }, flags);
      started.push(server);
      return server;
    },
    async seedHistory(patrols) {
      await database.query(`
        set session_replication_role = replica;
        insert into patrols (date, building, entrance, patrol_by, status, submitted_at)
        select
          current_date - 1 - number / 8, (8 + number % 2)::text, 1 + number / 2 % 4, gen_random_uuid(), 'completed', now()
        from generate_series(0, ${patrols} - 1) as number;
        insert into patrol_counts as counts
        select building, entrance, status, count(*) from patrols where date < current_date group by 1, 2, 3
        on conflict (building, entrance, status) do update set patrols = counts.patrols + excluded.patrols;
        insert into patrol_entries (patrol_id, user_id, room)
        select patrol_id, gen_random_uuid(), '101' from patrols where date < current_date;
        set session_replication_role = default`);
      // So that neither side is measured while PostgreSQL tidies up.
      await database.query('vacuum analyze patrols, patrol_entries');
    },
    strike,
  };
}
