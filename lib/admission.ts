import type { Meter } from '@opentelemetry/api';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { PatrolServiceError } from './errors.ts';

/** Lets as many requests in as can be served in time, whichever mount they come by. */
export interface Admission {
  /** @throws SERVICE_UNAVAILABLE at once when too many are in flight: a caller who is told so early can come again. */
  admit<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Admits up to `limit` requests at a time. Nobody queues: a queue would only make everybody late. */
export function createAdmission(limit: number, meter: Meter): Admission {
  const gate = bulkhead(limit);
  const shed = meter.createCounter('patrol.requests.shed', {
    description: 'Requests refused because too many were in flight',
    unit: '{request}',
  });
  shed.add(0);
  return {
    async admit(work) {
      try {
        return await gate.execute(work);
      } catch (error) {
        if (!(error instanceof BulkheadRejectedError)) throw error;
        shed.add(1);
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', `${limit} requests are in flight`, {
          cause: error,
        });
      }
    },
  };
}
