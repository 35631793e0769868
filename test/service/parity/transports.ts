import { operations } from '../../../handlers/index.ts';
import { askOverGrpc, askOverRest, type Outcome } from '../../../infra/clients/operation-client.ts';
import { lambdaClient } from '../../../infra/lambda/lambda-client.ts';
import { PatrolServiceError } from '../../../lib/errors.ts';
import { invoke } from '../../../lib/invoke.ts';
import { createLambdaHost } from '../../../lib/lambda/host.ts';
import { type OpenContext, openContext } from '../../../lib/open-context.ts';
import { isOnRest, type Operation } from '../../../lib/operation.ts';
import { bearer, openTestCampus, startTestService, type TestCampus } from '../../campus.ts';
import { grpcClient } from '../../grpc-client.ts';
import { INVOCATION } from '../../lambda-invocation.ts';
import { readWhole } from '../../read-whole.ts';
import { restClient } from '../../rest-client.ts';
import type { TransportName } from './case.ts';

/** One way to reach the operations, with a campus of its own behind it. */
export interface Transport {
  readonly name: TransportName;
  /** For preparing what a case needs, past the transport. */
  readonly context: OpenContext['context'];
  readonly campus: TestCampus;
  readonly has: (operation: Operation) => boolean;
  send(operation: Operation, input: Record<string, unknown>, authorization: string | null): Promise<Outcome>;
  close(): Promise<void>;
}

const REAL_RULES = { environment: { HAND_IN_UNCHECKED: 'refuse' } };

async function directTransport(): Promise<Transport> {
  const campus = await openTestCampus(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  return {
    name: 'direct',
    context,
    campus,
    has: () => true,
    async send(operation, input, authorization) {
      try {
        const credentials = { authorization: authorization ?? undefined };
        const output = await invoke(operation, context, { input, credentials });
        return { code: 'OK', data: await readWhole(operation, output) };
      } catch (error) {
        if (error instanceof PatrolServiceError) return { code: error.code, data: null };
        throw error;
      }
    },
    close: () => closing(close, campus),
  };
}

async function restTransport(): Promise<Transport> {
  const campus = await startTestService(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  const ask = askOverRest(await restClient(campus.url));
  return {
    name: 'rest',
    context,
    campus,
    has: isOnRest,
    send: ({ name }, input, authorization) => ask(name, input, { authorization }),
    close: () => closing(close, campus),
  };
}

async function grpcTransport(): Promise<Transport> {
  const campus = await startTestService(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  const client = await grpcClient(campus.service.grpcPort);
  const ask = askOverGrpc(client);
  return {
    name: 'grpc',
    context,
    campus,
    has: () => true,
    send: ({ name }, input, authorization) => ask(name, input, { authorization }),
    async close() {
      client.close();
      await closing(close, campus);
    },
  };
}

export async function lambdaTransport(): Promise<Transport> {
  const campus = await openTestCampus(REAL_RULES);
  const { context, check, pingDatabase, reconnectPeers, opened, close } = await openContext(
    campus.config,
    campus.surroundings,
  );
  await opened;
  const ask = askOverRest(lambdaClient((event) => handler(event, INVOCATION), await bearer('educator')));
  const { flush } = campus.surroundings.telemetry;
  const handler = await createLambdaHost({ context, operations, check, pingDatabase, reconnectPeers, flush });
  return {
    name: 'lambda',
    context,
    campus,
    // A function serves no stream that goes on.
    has: ({ rest }) => rest !== undefined && !rest.isLive,
    send: ({ name }, input, authorization) => ask(name, input, { authorization }),
    close: () => closing(close, campus),
  };
}

async function closing(closeContext: () => Promise<void>, campus: TestCampus): Promise<void> {
  await closeContext();
  await campus.close();
}

/** Opens every transport, each with a campus of its own. */
export function openTransports(): Promise<Transport[]> {
  return Promise.all([directTransport(), restTransport(), grpcTransport(), lambdaTransport()]);
}
