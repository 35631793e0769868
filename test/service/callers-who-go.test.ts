import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeEach(async () => {
  campus = await startTestService();
});
afterEach(() => campus.close());

test.each([1, 4])(
  'who goes while %i requests of theirs are served leaves a line and no gauge for each',
  async (many) => {
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    let questions = 0;
    campus.auth.replace('GetUsers', async () => {
      questions += 1;
      if (questions === many) asked.resolve();
      await gate.promise;
      return { users: [], total: 0, page: 1, size: 100, pages: 0 };
    });
    const socket = connect(campus.service.restPort, '127.0.0.1');
    const authorization = await bearer('educator');
    for (let day = 1; day <= many; day += 1) {
      const body = JSON.stringify({ date: `2024-01-0${day}`, building: '8', entrance: 1 });
      socket.write(
        `POST /api/v1/patrols HTTP/1.1\r\nHost: campus\r\nX-Trace-ID: gone-${day}\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    }
    await asked.promise;
    socket.destroy();
    await once(socket, 'close');
    const lines = () => campus.logged.filter(({ status_code }) => status_code === 499);
    while (lines().length < many) await new Promise((resolve) => setImmediate(resolve));
    expect(lines().map(({ trace_id }) => trace_id)).toEqual(
      Array.from({ length: many }, (_, at) => `gone-${at + 1}`),
    );
    const metrics = await (await fetch(`${campus.url}/metrics`)).text();
    expect(metrics).toMatch(/^http_server_active_requests\{.*POST.*\} 0$/m);
    gate.resolve();
  },
);
