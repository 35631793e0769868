import { issueToken } from '../../infra/local/token-issuer.ts';
import type { Role } from '../../lib/auth/roles.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { type MeasuredProcess, startMeasuredProcess } from './measured-process.ts';
import { servedWith } from './served-with.ts';

/** The service in a process of its own, so that who asks and who answers take neither each other's time nor memory. */
export interface ServedCampus {
  readonly service: MeasuredProcess;
  /** Starts one more service on the same database and the same peers. */
  replica(): Promise<MeasuredProcess>;
  readonly databaseUrl: string;
  /** Runs SQL past the service. */
  readonly sql: TestCampus['sql'];
  /** Gives an `Authorization` header that is good now. */
  bearer(role: Role): Promise<string>;
  close(): Promise<void>;
}

export async function openServedCampus(environment: Record<string, string> = {}): Promise<ServedCampus> {
  const { DATABASE_URL } = environment;
  const campus = await openTestCampus({ environment: { ...(DATABASE_URL && { DATABASE_URL }) } });
  campus.clock.now = new Date();
  const served: Record<string, string> = { ...campus.environment, LOG_LEVEL: 'info', ...environment };
  const replica = () => startMeasuredProcess('lib/bin/main.ts', served, servedWith());
  const service = await replica();
  return {
    ...{ service, replica, sql: campus.sql, databaseUrl: served.DATABASE_URL ?? '' },
    bearer: async (role) => `Bearer ${await issueToken({ secret: campus.config.jwtSecret, role })}`,
    async close() {
      await service.stop();
      await campus.close();
    },
  };
}
