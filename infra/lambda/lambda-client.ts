import type { LambdaResponse } from '@fastify/aws-lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type RestClient, restClient } from '../clients/rest-client.ts';
import { eventOf } from './events.ts';

type Answered = Pick<LambdaResponse, 'statusCode' | 'headers' | 'body'>;

/** Returns a client of the service as a function: each of its requests is handed to `invoke` as the event that API Gateway makes of it. */
export function lambdaClient(
  invoke: (event: APIGatewayProxyEventV2) => Promise<Answered>,
  authorization: string,
): RestClient {
  return restClient('', authorization, async (url, { method, headers, body }) => {
    const text =
      body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body).toString() };
    const answer = await invoke(eventOf({ method, url, headers, ...text }));
    return new Response(answer.body || null, { status: answer.statusCode, headers: answer.headers });
  });
}
