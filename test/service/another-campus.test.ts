import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { walkAndHandIn } from '../../infra/clients/evening.ts';
import { askOverRest } from '../../infra/clients/operation-client.ts';
import { startTestService } from '../campus.ts';
import { person } from '../entrance.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  const environment = { CAMPUS_BUILDINGS: 'А:2,12:6', HAND_IN_UNCHECKED: 'refuse' };
  campus = await startTestService({ environment });
  call = await restClient(campus.url);
  const users = [1, 2].map((at) => person({ building: 'А', entrance: 2, room: String(at) }));
  campus.auth.replace('GetUsers', async () => ({ users, total: 2, page: 1, size: 100, pages: 1 }));
});
afterAll(() => campus.close());

test('an evening is walked in the buildings that CAMPUS_BUILDINGS names', async () => {
  const body = { date: '2025-12-01', building: 'А', entrance: 2 };
  const { body: patrol, status } = await call('POST', '/patrols', { body });
  expect([status, patrol.building, patrol.entries_count]).toEqual([201, 'А', 2]);
  expect((await walkAndHandIn(askOverRest(call), patrol)).present_count).toBe(2);
  const { body: list } = await call('GET', `/patrols?building=${encodeURIComponent('А')}`);
  expect(list).toMatchObject({ total: 1, items: [{ building: 'А', present_count: 2 }] });
});

test('what another campus has is refused here, each field with what there is', async () => {
  const faults = async (building: string, entrance: number) =>
    (await call('POST', '/patrols', { body: { date: '2025-12-01', building, entrance } })).body.error.details;
  expect(await faults('8', 1)).toEqual([{ field: 'building', message: 'Допустимые значения: А, 12' }]);
  expect(await faults('А', 3)).toEqual([{ field: 'entrance', message: 'Не больше 2' }]);
  expect(await faults('8', 7)).toEqual([
    { field: 'building', message: 'Допустимые значения: А, 12' },
    { field: 'entrance', message: 'Не больше 6' },
  ]);
});

test('the API document and the metrics know the campus too', async () => {
  const document = JSON.parse(await (await fetch(`${campus.url}/openapi.json`)).text());
  const { properties } = document.components.schemas.CreatePatrolRequest;
  expect(properties).toMatchObject({ building: { enum: ['А', '12'] }, entrance: { minimum: 1, maximum: 6 } });
  const metrics = await (await fetch(`${campus.url}/metrics`)).text();
  const started = metrics.split('\n').filter((line) => line.startsWith('patrol_started_total{'));
  expect(started).toHaveLength(8);
});

test('the API document calls nothing required that is not', async () => {
  const document = JSON.parse(await (await fetch(`${campus.url}/openapi.json`)).text());
  const required = (fields: { name: string; required?: boolean }[]) =>
    fields.filter((field) => field.required).map(({ name }) => name);
  expect(required(document.paths['/api/v1/patrols'].get.parameters)).toEqual([]);
  expect(document.components.schemas.CreatePatrolRequest.required).toEqual(['date', 'building', 'entrance']);
});
