import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { context, defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createCampusPropagator } from '../../lib/telemetry/campus-propagator.ts';
import { unrecordedSpans } from '../../lib/telemetry/spans.ts';
import { throttledLog } from '../../lib/telemetry/throttled-log.ts';
import { identityOf, requestIdentity } from '../../lib/telemetry/trace-identity.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const propagator = createCampusPropagator();
const spans = unrecordedSpans();

const arrive = (headers: Record<string, string>) =>
  propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
const received = (headers: Record<string, string>) => requestIdentity(arrive(headers));
/** What a call made for a request with these headers carries. */
function passedOn(headers: Record<string, string>): Record<string, string> {
  const carrier: Record<string, string> = {};
  const { context: within } = spans.begin({ name: 'a request' }, arrive(headers));
  propagator.inject(within, carrier, defaultTextMapSetter);
  return carrier;
}

describe('the trace id', () => {
  test('is the caller’s own where it is usable', () => {
    expect(received({ 'x-trace-id': 'run_7.a-b' }).traceId).toBe('run_7.a-b');
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a,b', '<script>', 'é', 'a\u0000'])(
    'replaces %j and never echoes it',
    (id) => {
      const identity = received({ 'x-trace-id': id, 'x-correlation-id': id });
      expect(identity.traceId).toMatch(UUID);
      expect(identity.correlationId).toMatch(UUID);
    },
  );

  test('comes from traceparent where no X-Trace-ID comes', () => {
    expect(received({ traceparent: parent }).traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(received({ traceparent: parent, 'x-trace-id': 'mine' }).traceId).toBe('mine');
  });

  test.each(['', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, parent.toUpperCase()])(
    'is made when traceparent is %j',
    (traceparent) => {
      expect(received({ traceparent }).traceId).toMatch(UUID);
    },
  );
});

describe('the correlation id', () => {
  test('comes from baggage where no X-Correlation-ID comes', () => {
    expect(received({ baggage: 'a=b,correlation_id=night-1' }).correlationId).toBe('night-1');
    expect(received({ baggage: 'correlation_id=night-1', 'x-correlation-id': 'mine' }).correlationId).toBe(
      'mine',
    );
  });

  test('is all that is passed on of a caller’s baggage', () => {
    expect(passedOn({ baggage: 'secret=1,correlation_id=night-1' }).baggage).toBe('correlation_id=night-1');
  });
});

describe('the traceparent of outbound calls', () => {
  test('has the UUID without its dashes as its trace id', () => {
    const { traceparent } = passedOn({ 'x-trace-id': '0af76519-16cd-43dd-8448-eb211c80319c' });
    expect(traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  test('of any other id has the same trace id every time', () => {
    const traceOf = () => passedOn({ 'x-trace-id': 'run-7' }).traceparent?.split('-')[1];
    expect(traceOf()).toMatch(/^[0-9a-f]{32}$/);
    expect(traceOf()).toBe(traceOf());
  });

  test('keeps the sampling decision of the caller', () => {
    expect(passedOn({ traceparent: parent.replace(/01$/, '00') }).traceparent).toMatch(/-00$/);
  });

  test('names a span of our own, never the caller’s', () => {
    const { traceparent } = passedOn({ traceparent: parent });
    expect(traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
    expect(traceparent).not.toContain('00f067aa0ba902b7');
  });

  test('is of the X-Trace-ID where that and the caller’s traceparent disagree', () => {
    const id = '0af76519-16cd-43dd-8448-eb211c80319c';
    expect(passedOn({ traceparent: parent, 'x-trace-id': id }).traceparent).toContain(id.replaceAll('-', ''));
  });
});

describe('a caller’s tracestate', () => {
  test.each([
    ['with a traceparent that is honoured', { traceparent: parent }],
    ['with one that is not', { traceparent: parent, 'x-trace-id': 'mine' }],
    ['with none', {}],
  ])('is not passed on: %s', (_what, headers) => {
    const { tracestate, traceparent } = passedOn({ ...headers, tracestate: 'anything=79161234567,ot=th:8' });
    expect(tracestate).toBeUndefined();
    expect(traceparent).toMatch(/^00-/);
  });
});

describe('in OpenTelemetry’s context', () => {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  test('two hundred requests at once never mix their identities', async () => {
    const seen = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        context.with(arrive({ 'x-trace-id': `t${at}`, 'x-correlation-id': `c${at}` }), async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return identityOf();
        }),
      ),
    );
    expect(seen).toEqual(
      Array.from({ length: 200 }, (_, at) => ({ traceId: `t${at}`, correlationId: `c${at}` })),
    );
  });

  test('what is said of several requests at once is said under the ids of none', () => {
    let saidUnder: unknown = 'nothing';
    const say = throttledLog(() => {
      saidUnder = identityOf();
    });
    context.with(arrive({ 'x-trace-id': 'one of them' }), say);
    expect(saidUnder).toBeUndefined();
  });

  test('outside any request there is none', () => {
    expect(identityOf()).toBeUndefined();
  });
});
