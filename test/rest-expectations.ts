import { expect } from '@jest/globals';
import { ERRORS, type ErrorCode, TOKEN_FAULTS } from '../lib/errors.ts';
import type { Answer } from './rest-client.ts';

const WITH_DETAILS: readonly ErrorCode[] = ['VALIDATION_ERROR', 'PATROL_HAS_UNCHECKED'];

/** Returns what a caller may be told of a code: one text, or for a token one for each fault. */
export function messagesOf(code: ErrorCode): readonly string[] {
  return code === 'UNAUTHORIZED' ? Object.values(TOKEN_FAULTS) : [ERRORS[code].message];
}

/** Expects the row of the error table, whole: status, code, message, trace id, details. */
export function expectError(answer: Answer, code: ErrorCode): void {
  expect({ status: answer.status, code: answer.body?.error?.code }).toEqual({
    status: ERRORS[code].http,
    code,
  });
  expect(answer.body).toEqual({
    error: {
      code,
      message: expect.any(String),
      trace_id: answer.headers.get('x-trace-id'),
      details: WITH_DETAILS.includes(code) ? expect.any(Array) : null,
    },
  });
  expect(messagesOf(code)).toContain(answer.body.error.message);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
}
