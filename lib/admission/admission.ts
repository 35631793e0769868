import type { Meter } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { PatrolServiceError } from '../errors.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { type Claimant, createFairShare } from './fair-share.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** The slot that a request holds while it is served. */
export interface Slot {
  /** Counts the request as a student's if its caller turns out to be one. @throws what makes `admit` refuse it. */
  belongsTo(caller: Pick<Claimant, 'isStudent'>): void;
}

/** Bounds how many requests are served at a time, over every transport. */
export interface Admission {
  /** Serves a request if a slot is free. @throws SERVICE_UNAVAILABLE if none is, after a delay. */
  admit<Result>(claimant: Claimant, serve: (slot: Slot) => Promise<Result>): Promise<Result>;
  /** Returns null while there is a slot, or what `admit` throws. For a transport that can refuse a request unread. */
  overloadError(): Promise<PatrolServiceError> | null;
}

export interface AdmissionOptions {
  /** How many requests are served at a time. */
  readonly limit: number;
  readonly meter: Meter;
  readonly log: Logger;
}

/** How many refused callers are delayed at a time. The others are refused at once, and their connection is closed. */
const MAX_WAITING = 2000;

/**
 * Creates the admission of `limit` requests at a time, in fair shares. Without a queue, which would make all callers
 * late.
 */
export function createAdmission({ limit, meter, log }: AdmissionOptions): Admission {
  const reject = createRejection(limit, meter, log);
  const slots = createFairShare(limit);
  return {
    // No `await` between the check and `acquire`: other requests would run in between.
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
      // The delay holds no slot.
      throw await reject();
    },
    overloadError: () => (slots.isExhausted() ? reject() : null),
  };
}

/** Ends a request whose caller turned out to be over their share. */
class OverShareError extends Error {}

/** Returns a function that counts a refusal, logs it, and returns its error after the delay. */
function createRejection(limit: number, meter: Meter, log: Logger): () => Promise<PatrolServiceError> {
  const shed = meter.createCounter('patrol.requests.shed', {
    description: 'Requests refused because too many were in flight, of all or of their caller',
    unit: '{request}',
  });
  shed.add(0);
  // One error for all refusals: a stack trace for each would cost more than refusing saves.
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
