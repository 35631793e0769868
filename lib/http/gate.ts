import type {
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  preValidationHookHandler,
} from 'fastify';
import type { Claim } from '../auth/authentication.ts';
import type { Context } from '../context.ts';
import { authorizationHeader } from '../transport/authorization.ts';
import type { RestThrottle } from './anonymous-throttle.ts';
import type { BodyBudget } from './body-budget.ts';
import { sendContinue } from './expect-continue.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives back what the body was promised; doing so twice is fine. */
    releaseBody: (() => void) | null;
  }
}

/** A body up to this, in bytes, is read to its end even where it counts for nothing. */
const ALWAYS_READ_BYTES = 64 * 1024;

/** What stands before the body of a request for an operation is read, and after. */
export interface RestGate {
  /** @throws UNAUTHORIZED; SERVICE_UNAVAILABLE when bodies that are being read take all that they may. */
  readonly onRequest: onRequestAsyncHookHandler;
  readonly preValidation: preValidationHookHandler;
}

export interface RestGateOptions extends Pick<Context, 'authentication'> {
  readonly throttle: RestThrottle;
  readonly bodies: BodyBudget;
  /** In bytes. */
  readonly maxBodyBytes: number;
}

/** Returns the gate of one operation's route: of a stranger no body is read, and of all others only so much at a time. */
export function createRestGate({
  authentication,
  throttle,
  bodies,
  maxBodyBytes,
}: RestGateOptions): RestGate {
  const checkOrThrottle = async (request: FastifyRequest): Promise<Claim> => {
    try {
      return await authentication.check({ authorization: authorizationHeader(request.raw.rawHeaders) });
    } catch (error) {
      await throttle.throttle(request);
      throw error;
    }
  };
  return {
    async onRequest(request, reply) {
      const announced = announcedBytes(request);
      closeOnLongBody(request, reply);
      const claim = await checkOrThrottle(request);
      throttle.markAuthenticated(request.raw.socket);
      if (announced === 0) return;
      const release = bodies.acquire(authentication.claimant(claim), Math.min(announced, maxBodyBytes));
      reply.removeHeader('connection');
      request.releaseBody = release;
      request.raw.once('close', release);
      // What is too long by its own word is answered 413 as it is.
      if (announced <= maxBodyBytes || announced === Number.POSITIVE_INFINITY)
        sendContinue(request.raw, reply.raw);
    },
    preValidation(request, _reply, done) {
      request.releaseBody?.();
      done();
    },
  };
}

/**
 * Makes a refusal the last answer of a connection on which a long body follows: Node would read on what was refused. Of a
 * short one it may: with the connection its sender could lose the answer.
 */
export function closeOnLongBody(request: FastifyRequest, reply: FastifyReply): void {
  if (announcedBytes(request) > ALWAYS_READ_BYTES) reply.header('connection', 'close');
}

/** Returns how much a body will come to, as its headers say it; one without a length may have no end. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0) || 0;
}
