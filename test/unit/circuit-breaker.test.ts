import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCircuitBreaker } from '../../lib/clients/circuit-breaker.ts';
import { PatrolServiceError } from '../../lib/errors.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const late = new PatrolServiceError('SERVICE_UNAVAILABLE', 'past its deadline');
const runLate = () => Promise.reject(late);

async function openedCircuit() {
  const circuit = createCircuitBreaker('a peer', (error) => error === late);
  for (let call = 0; call < 5; call += 1) await expect(circuit.execute(runLate)).rejects.toBe(late);
  return circuit;
}

test('after five deadlines in a row nobody waits for the peer', async () => {
  const circuit = await openedCircuit();
  const call = jest.fn(runLate);
  await expect(circuit.execute(call)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(call).not.toHaveBeenCalled();
});

test('the call that finds out whether the peer is back knows it, and nobody else waits with it', async () => {
  const circuit = await openedCircuit();
  await jest.advanceTimersByTimeAsync(300);
  const answer = Promise.withResolvers<string>();
  const isProbe: boolean[] = [];
  const probe = circuit.execute((probing) => {
    isProbe.push(probing);
    return answer.promise;
  });
  await expect(circuit.execute(runLate)).rejects.toMatchObject({ message: 'a peer does not answer' });
  answer.resolve('back');
  expect(await probe).toBe('back');
  await circuit.execute(async (probing) => isProbe.push(probing));
  expect(isProbe).toEqual([true, false]);
});
