import * as grpc from '@grpc/grpc-js';
import { expect } from '@jest/globals';
import { grpcClient as clientOf, type GrpcClient, type RpcAnswer } from '../infra/clients/grpc-client.ts';
import { ERRORS, type ErrorCode } from '../lib/errors.ts';
import { bearer } from './campus.ts';
import { messagesOf } from './rest-expectations.ts';

export type { GrpcClient, RpcAnswer } from '../infra/clients/grpc-client.ts';

/** Opens a client of a test's campus that speaks as an educator unless a call's metadata says otherwise. */
export async function grpcClient(port: number, host = '127.0.0.1'): Promise<GrpcClient> {
  return clientOf(`${host}:${port}`, await bearer('educator'));
}

/** Expects the row of the error table as gRPC says it: status, details, and the code in trailing metadata. */
export function expectRpcError(answer: RpcAnswer, code: ErrorCode): void {
  expect({ code: answer.code, error: answer.trailing['error-code'] }).toEqual({
    code: grpc.status[ERRORS[code].grpc],
    error: code,
  });
  expect(messagesOf(code)).toContain(answer.details);
  expect(answer.trailing['x-trace-id']).toMatch(/^[\w.-]+$/);
}
