import type { FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import { asPatrolServiceError, ERRORS } from '../errors.ts';
import type { RestBody } from '../operation.ts';
import { logFailure } from '../telemetry/log.ts';

/**
 * Sends a body as its client reads it. If it breaks, the connection is closed, so that it never looks complete, and the
 * request is logged with the error. If the client disconnects, it is destroyed.
 */
export function sendBody({ log }: Pick<Context, 'log'>, reply: FastifyReply, body: RestBody): FastifyReply {
  const { contentType, fileName, headers = {}, stream } = body;
  const { request, raw } = reply;
  stream.once('error', (thrown) => {
    // Before the first byte, it is answered and logged as any other error.
    if (!raw.headersSent) return void reply.removeHeader('content-disposition');
    const error = asPatrolServiceError(thrown);
    request.observed.within(() => logFailure(log, error));
    request.observed.finish(ERRORS[error.code].http, request.userId, error);
  });
  reply.headers(headers).header('content-type', contentType);
  if (fileName !== undefined) reply.header('content-disposition', `attachment; filename="${fileName}"`);
  // Nobody reads it: the client has gone, or asked for the headers alone.
  if (raw.destroyed || request.method === 'HEAD') stream.destroy();
  return reply.send(stream);
}
