import type { Meter } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { PatrolServiceError } from '../errors.ts';
import { sayingSeldom } from '../telemetry/saying-seldom.ts';
import { type Claimant, createShares } from './shares.ts';
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
  refusal(): Promise<PatrolServiceError> | null;
}

export interface AdmissionOptions {
  /** How many requests are served at a time. */
  readonly limit: number;
  readonly meter: Meter;
  readonly log: Logger;
}

/** How many refused callers wait at a time; the others are refused at once, and their connection with them. */
const MOST_WAITING = 2000;

/**
 * Admits up to `limit` requests at a time, of each caller and of all students no more than their share. Nobody queues: a
 * queue would only make everybody late.
 */
export function createAdmission({ limit, meter, log }: AdmissionOptions): Admission {
  const refuse = refusals(limit, meter, log);
  const slots = createShares(limit);
  return {
    // No `await` between the look and the entrance: others would come in between.
    async admit(claimant, serve) {
      const slot = slots.take(claimant, 1);
      if (!slot) throw await refuse();
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
      throw await refuse();
    },
    refusal: () => (slots.isSpent() ? refuse() : null),
  };
}

/** Ends the serving of a request whose caller turned out to hold all that they may. */
class OverShareError extends Error {}

/** Returns what counts a refusal, tells of it, and gives it when the caller has waited. */
function refusals(limit: number, meter: Meter, log: Logger): () => Promise<PatrolServiceError> {
  const shed = meter.createCounter('patrol.requests.shed', {
    description: 'Requests refused because too many were in flight, of all or of their caller',
    unit: '{request}',
  });
  shed.add(0);
  // The same for all who are refused: the stack trace of each would cost more than refusing saves.
  const reason = `${limit} requests are in flight, or as many as this caller may have of them`;
  const refusal = new PatrolServiceError('SERVICE_UNAVAILABLE', reason, { isLogged: true });
  const dismissal = new PatrolServiceError('SERVICE_UNAVAILABLE', reason, {
    isLogged: true,
    endsConnection: true,
  });
  const room = createWaitingRoom(MOST_WAITING);
  const say = sayingSeldom((refused) => log.warn({ refused }, `requests were refused: ${reason}`));
  return async () => {
    shed.add(1);
    say();
    const waited = room.wait();
    if (!waited) return dismissal;
    await waited;
    return refusal;
  };
}
