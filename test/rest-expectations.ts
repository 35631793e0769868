import { expect } from '@jest/globals';
import { ERRORS, type ErrorCode } from '../lib/errors.ts';
import type { Answer } from './rest-client.ts';

const WITH_DETAILS: readonly ErrorCode[] = ['VALIDATION_ERROR', 'PATROL_HAS_UNCHECKED'];

/** Expects the row of the error table, whole: status, code, message, trace id, details. */
export function expectError(answer: Answer, code: ErrorCode): void {
  expect({ status: answer.status, code: answer.body?.error?.code }).toEqual({
    status: ERRORS[code].http,
    code,
  });
  expect(answer.body).toEqual({
    error: {
      code,
      message: ERRORS[code].message,
      trace_id: answer.headers.get('x-trace-id'),
      details: WITH_DETAILS.includes(code) ? expect.any(Array) : null,
    },
  });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
}
