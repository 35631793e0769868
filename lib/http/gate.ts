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
    /** The caller's token, as it was checked. */
    claim: Claim | null;
    /** Releases the body's budget; calling it twice is safe. */
    releaseBody: (() => void) | null;
  }
}

/** A body up to this, in bytes, is read even if its request was refused. */
const ALWAYS_READ_BYTES = 64 * 1024;

/** The hooks of an operation's route before and after its body is read. */
export interface RestGate {
  /** Checks the token before the body. @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if the body budget is used up. */
  readonly onRequest: onRequestAsyncHookHandler;
  readonly preValidation: preValidationHookHandler;
}

export interface RestGateOptions extends Pick<Context, 'authentication'> {
  readonly throttle: RestThrottle;
  readonly bodies: BodyBudget;
  /** In bytes. */
  readonly maxBodyBytes: number;
}

/** Returns the hooks of one operation's route: no body is read without a good token, and other bodies within a budget. */
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
      request.claim = claim;
      throttle.markAuthenticated(request.raw.socket);
      if (announced === 0) return;
      const release = bodies.acquire(authentication.claimant(claim), Math.min(announced, maxBodyBytes));
      reply.removeHeader('connection');
      request.releaseBody = release;
      request.raw.on('close', release);
      // A body with a too large content-length gets 413 without 100 Continue.
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
 * Closes the connection after refusing a long body, which Node would read on. After a short one that could lose the
 * response.
 */
export function closeOnLongBody(request: FastifyRequest, reply: FastifyReply): void {
  if (announcedBytes(request) > ALWAYS_READ_BYTES) reply.header('connection', 'close');
}

/** Returns the body's size by its headers; infinite without a content-length. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0) || 0;
}
