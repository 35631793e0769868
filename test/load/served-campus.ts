import { issueToken } from '../../infra/local/token-issuer.ts';
import type { Role } from '../../lib/auth/roles.ts';
import { openTestCampus } from '../campus.ts';
import { type MeasuredProcess, startMeasuredProcess } from './measured-process.ts';
import { servedWith } from './served-with.ts';

/** The service in a process of its own, so that who asks and who answers take neither each other's time nor memory. */
export interface ServedCampus {
  readonly service: MeasuredProcess;
  /** Gives an `Authorization` header that is good now. */
  bearer(role: Role): Promise<string>;
  close(): Promise<void>;
}

export async function openServedCampus(environment: Record<string, string> = {}): Promise<ServedCampus> {
  const campus = await openTestCampus();
  campus.clock.now = new Date();
  const served = { ...campus.environment, LOG_LEVEL: 'info', ...environment };
  const service = await startMeasuredProcess('lib/bin/main.ts', served, servedWith());
  return {
    service,
    bearer: async (role) => `Bearer ${await issueToken({ secret: campus.config.jwtSecret, role })}`,
    async close() {
      await service.stop();
      await campus.close();
    },
  };
}
