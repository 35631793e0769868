import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { sql } from 'slonik';
import Type from 'typebox';
import { markEntry } from '../../handlers/mark-entry.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { openDatabase } from '../../lib/database/database.ts';
import { rowSchema } from '../../lib/database/row-schema.ts';
import { invoke } from '../../lib/invoke.ts';
import { bearer, openTestContext, startTestService } from '../campus.ts';
import { grpcClient } from '../grpc-client.ts';
import { untilWaiting } from '../lock-waiters.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;

beforeAll(async () => {
  campus = await openTestContext();
});
afterAll(async () => {
  await campus.close();
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('a clock that was set an hour back costs one change, and then the clocks are compared anew', async () => {
  const credentials = { authorization: await bearer('educator') };
  const input = { date: '2025-12-01', building: '8', entrance: 1 };
  const { patrol_id, entries } = await invoke(startPatrol, campus.context, { input, credentials });
  const target = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
  const mark = () =>
    invoke(markEntry, campus.context, { input: { ...target, is_present: true }, credentials });
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);

  await expect(mark()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  const [row] = await campus.sql('select is_present from patrol_entries where patrol_entry_id = $1', [
    target.patrol_entry_id,
  ]);
  expect(row).toEqual({ is_present: entries[0]?.is_present });
  // The comparison was begun with the refusal; whoever repeats at once may still come before it.
  let repeated: Awaited<ReturnType<typeof mark>> | null = null;
  while (!repeated) repeated = await mark().catch(() => null);
  expect(repeated.is_present).toBe(true);
});

test('a new connection to a PostgreSQL whose clock is behind takes no change with the deadline of the old one', async () => {
  const limitMs = 25_000;
  const { databaseUrl: url } = campus.config;
  const { telemetry } = campus.surroundings;
  const database = await openDatabase({ url, poolSize: 1, limitMs, telemetry, validatesRows: true });
  const Left = rowSchema(Type.Object({ left: Type.Number(), pid: Type.Integer() }));
  const left = () =>
    database.change(
      (deadline) => sql.type(Left)`
        select
          (${deadline} - extract(epoch from clock_timestamp()) * 1000)::float8 as left,
          pg_backend_pid() as pid`,
    );
  const expectWithin = async () => {
    const row = await left();
    expect(row?.left).toBeGreaterThan(0);
    expect(row?.left).toBeLessThan(limitMs);
    return row?.pid;
  };
  const now = Date.now;
  try {
    await database.opened;
    const pid = await expectWithin();
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
    await campus.sql('select pg_terminate_backend($1)', [pid]);
    while ((await campus.sql('select from pg_stat_activity where pid = $1', [pid])).length > 0);
    // Over a connection of before it learns that it is one.
    for (let isThere = false; !isThere; ) isThere = (await left().catch(() => null)) !== null;
    await expectWithin();
    const told = campus.logged.filter(
      ({ msg, offset_ms }) =>
        msg === "PostgreSQL's clock is another than before" && Number(offset_ms) < -3_500_000,
    );
    expect(told).toHaveLength(1);
  } finally {
    await database.close();
  }
});

test('a mark whose gRPC caller stopped waiting while it waited for another change is not made', async () => {
  const campus = await startTestService();
  const rpc = await grpcClient(campus.service.grpcPort);
  const other = new pg.Client({ connectionString: campus.config.databaseUrl });
  await other.connect();
  try {
    const place = { date: '2025-12-01', building: '8', entrance: 1 };
    const { patrol_id } = (await rpc.call('CreatePatrol', place)).message;
    const [{ patrol_entry_id }] = (await rpc.call('GetPatrolDetails', { patrol_id })).message.entries;
    const mark = { patrol_id, patrol_entry_id, is_present: true };
    await other.query('begin');
    await other.query('select from patrol_entries where patrol_entry_id = $1 for update', [patrol_entry_id]);
    const late = rpc.call('UpdatePatrolEntry', mark, { deadlineMs: 2000 });
    await untilWaiting(campus, 1);
    expect((await late).code).toBe(grpc.status.DEADLINE_EXCEEDED);
    await other.query('commit');
    // Its turn at the entry comes after the late one's.
    expect((await rpc.call('UpdatePatrolEntry', mark)).code).toBe(grpc.status.OK);
    const marks = await campus.sql("select from audit_trail where action = 'entry_marked'");
    expect(marks).toHaveLength(1);
  } finally {
    await other.end();
    rpc.close();
    await campus.close();
  }
});
