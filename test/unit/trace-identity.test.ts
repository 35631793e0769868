import { describe, expect, test } from '@jest/globals';
import { createTraceContext, identify } from '../../lib/telemetry/trace-identity.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the trace id', () => {
  test('is the caller’s own where it is usable', () => {
    expect(identify({ traceId: 'run_7.a-b' }).traceId).toBe('run_7.a-b');
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a,b', '<script>', 'é', 'a\u0000'])(
    'replaces %j and never echoes it',
    (traceId) => {
      const identity = identify({ traceId, correlationId: traceId });
      expect(identity.traceId).toMatch(UUID);
      expect(identity.correlationId).toMatch(UUID);
    },
  );

  test('comes from traceparent where no X-Trace-ID comes', () => {
    expect(identify({ traceparent: parent }).traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(identify({ traceparent: parent, traceId: 'mine' }).traceId).toBe('mine');
  });

  test.each(['', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, parent.toUpperCase()])(
    'is made when traceparent is %j',
    (traceparent) => {
      expect(identify({ traceparent }).traceId).toMatch(UUID);
    },
  );
});

describe('the traceparent of outbound calls', () => {
  test('has the UUID without its dashes as its trace id', () => {
    const { traceparent } = identify({ traceId: '0af76519-16cd-43dd-8448-eb211c80319c' });
    expect(traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  test('of any other id has the same trace id every time', () => {
    const trace = () => identify({ traceId: 'run-7' }).traceparent.split('-')[1];
    expect(trace()).toMatch(/^[0-9a-f]{32}$/);
    expect(trace()).toBe(trace());
  });

  test('keeps the sampling decision of the caller', () => {
    expect(identify({ traceparent: parent.replace(/01$/, '00') }).traceparent).toMatch(/-00$/);
  });
});

test('two hundred requests at once never mix their identities', async () => {
  const trace = createTraceContext();
  const seen = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      trace.run(identify({ traceId: `t${at}` }), async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return trace.current()?.traceId;
      }),
    ),
  );
  expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => `t${at}`));
});
