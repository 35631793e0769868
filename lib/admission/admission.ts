import type { Meter } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { PatrolServiceError } from '../errors.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { type Claimant, createFairShare } from './fair-share.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** The slot that a request holds while it is served. */
export interface Slot {
  /** Counts the request among the students' where its caller turns out to be one. @throws what makes `admit` refuse it. */
  belongsTo(caller: Pick<Claimant, 'isStudent'>): void;
}

/** Lets as many requests in as can be served in time, whichever mount they come by. */
export interface Admission {
  /**
   * Serves a request if there is a slot for its caller.
   * @throws SERVICE_UNAVAILABLE when there is none, after the wait that every refused caller has.
   */
  admit<Result>(claimant: Claimant, serve: (slot: Slot) => Promise<Result>): Promise<Result>;
  /** For a mount that can refuse a request before it has read it: null while there is room, or what `admit` throws. */
  overloadError(): Promise<PatrolServiceError> | null;
}

export interface AdmissionOptions {
  /** How many requests are served at a time. */
  readonly limit: number;
  readonly meter: Meter;
  readonly log: Logger;
}

/** How many refused callers wait at a time; the others are refused at once, and their connection with them. */
const MAX_WAITING = 2000;

/**
 * Admits up to `limit` requests at a time, of each caller and of all students no more than their share. Nobody queues: a
 * queue would only make everybody late.
 */
export function createAdmission({ limit, meter, log }: AdmissionOptions): Admission {
  const reject = createRejection(limit, meter, log);
  const slots = createFairShare(limit);
  return {
    // No `await` between the look and the entrance: others would come in between.
    async admit(claimant, serve) {
      const slot = slots.acquire(claimant, 1);
      if (!slot) throw await reject();
      try {
        return await serve({
          belongsTo(caller) {
            if (!slot.belongsTo(caller)) throw new OverShareError();
          },
        });
      } catch (error) {
        if (!(error instanceof OverShareError)) throw error;
      } finally {
        slot.release();
      }
      // The wait holds no slot.
      throw await reject();
    },
    overloadError: () => (slots.isExhausted() ? reject() : null),
  };
}

/** Ends the serving of a request whose caller turned out to hold all that they may. */
class OverShareError extends Error {}

/** Returns what counts a refusal, tells of it, and gives it when the caller has waited. */
function createRejection(limit: number, meter: Meter, log: Logger): () => Promise<PatrolServiceError> {
  const shed = meter.createCounter('patrol.requests.shed', {
    description: 'Requests refused because too many were in flight, of all or of their caller',
    unit: '{request}',
  });
  shed.add(0);
  // The same for all who are refused: the stack trace of each would cost more than refusing saves.
  const reason = `${limit} requests are in flight, or as many as this caller may have of them`;
  const rejection = new PatrolServiceError('SERVICE_UNAVAILABLE', reason, { isLogged: true });
  const disconnection = new PatrolServiceError('SERVICE_UNAVAILABLE', reason, {
    isLogged: true,
    endsConnection: true,
  });
  const room = createWaitingRoom(MAX_WAITING);
  const logRefused = throttledLog((refused) => log.warn({ refused }, `requests were refused: ${reason}`));
  return async () => {
    shed.add(1);
    logRefused();
    const waited = room.wait();
    if (!waited) return disconnection;
    await waited;
    return rejection;
  };
}
