import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let client: GrpcClient;

interface Seed {
  readonly patrol_id: string;
  readonly date: string;
  readonly building: string;
  readonly entrance: number;
  readonly created_at: string;
}

/** Three evenings in every entrance: the later the evening, the earlier it was created; ids in no order. */
const seeds: readonly Seed[] = ['2024-02-01', '2024-02-02', '2024-02-03'].flatMap((date, evening) =>
  Array.from('a3f07d15', (digit, index) => ({
    patrol_id: `${digit}${evening}000000-0000-4000-8000-000000000000`,
    date,
    building: index < 4 ? '8' : '9',
    entrance: (index % 4) + 1,
    // Eight patrols of two moments, which differ by a microsecond: an answer does not show that much.
    created_at: `2024-03-0${9 - evening}T20:00:00.00000${index % 3 === 0 ? 2 : 1}Z`,
  })),
);

/** The ids of seeds, newest first: date, then created_at, then id. */
function newestFirst(of: readonly Seed[]): string[] {
  const key = ({ date, created_at, patrol_id }: Seed) => `${date} ${created_at} ${patrol_id}`;
  const descending = of.toSorted((one, other) => (key(one) < key(other) ? 1 : -1));
  return descending.map(({ patrol_id }) => patrol_id);
}

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  client = await grpcClient(campus.service.grpcPort);
  for (const { patrol_id, date, building, entrance, created_at } of seeds) {
    await campus.sql(
      `insert into patrols (patrol_id, date, building, entrance, created_at, patrol_by)
       values ($1, $2, $3, $4, $5, gen_random_uuid())`,
      [patrol_id, date, building, entrance, created_at],
    );
  }
  // The order is the query's own, not that of an index by which its rows happen to be read.
  const indexes = await campus.sql<{ name: string }>(
    "select indexrelid::regclass::text as name from pg_index where indrelid = 'patrols'::regclass and not indisunique",
  );
  for (const { name } of indexes) await campus.sql(`drop index ${name}`);
});
afterAll(async () => {
  client.close();
  await campus.close();
});

interface Page {
  readonly items: readonly { readonly patrol_id: string }[];
  readonly total: number;
  readonly page: number | null;
  readonly pages: number;
  /** gRPC says `""` for null. */
  readonly next: string | null;
}

type Filter = Partial<Pick<Seed, 'building' | 'entrance' | 'date'>>;
type Listing = (
  part: { readonly page: number } | { readonly after: string },
  size: number,
  filter: Filter,
) => Promise<Page>;

const listings: [string, Listing][] = [
  [
    'REST',
    async (part, size, filter) => {
      const query = Object.entries({ ...part, size, ...filter }).map(([name, value]) => `${name}=${value}`);
      return (await call('GET', `/patrols?${query.join('&')}`)).body;
    },
  ],
  [
    'ListPatrols',
    async (part, size, filter) => (await client.call('ListPatrols', { ...part, size, ...filter })).message,
  ],
];

describe.each(listings)('%s', (_name, list) => {
  test.each<[Filter]>([[{}], [{ building: '9' }], [{ entrance: 2 }], [{ date: '2024-02-02' }]])(
    'the pages of %j are newest first, down to the id, with every patrol on one of them',
    async (filter) => {
      const meant = seeds.filter((seed) => Object.entries({ ...seed, ...filter }).every(isOf(seed)));
      const found: string[] = [];
      const pages = Math.ceil(meant.length / 3);
      for (let page = 1; page <= pages; page += 1) {
        const { items, ...counts } = await list({ page }, 3, filter);
        expect(counts).toMatchObject({ total: meant.length, pages });
        found.push(...items.map(({ patrol_id }) => patrol_id));
      }
      expect(found).toEqual(newestFirst(meant));
    },
  );

  test.each<[Filter]>([[{}], [{ building: '9' }], [{ date: '2024-02-02' }]])(
    'from next to next, %j comes whole and in order, whatever is started meanwhile',
    async (filter) => {
      const meant = seeds.filter((seed) => Object.entries({ ...seed, ...filter }).every(isOf(seed)));
      const found: string[] = [];
      let part = await list({ page: 1 }, 4, filter);
      for (;;) {
        found.push(...part.items.map(({ patrol_id }) => patrol_id));
        if (!part.next) break;
        // By pages, one of the page before would come again now.
        await campus.sql(`insert into patrols (date, building, entrance, patrol_by)
          select current_date - count(*)::int, '9', 77, gen_random_uuid() from patrols where entrance = 77`);
        part = await list({ after: part.next }, 4, filter);
        expect(part.page || null).toBeNull();
      }
      await campus.sql('delete from patrols where entrance = 77');
      expect(found).toEqual(newestFirst(meant));
    },
  );
});

test('GetPatrolsForDate gives all patrols of a date in the list’s order', async () => {
  const { message } = await client.call('GetPatrolsForDate', { date: '2024-02-02' });
  const meant = seeds.filter(({ date }) => date === '2024-02-02');
  expect(message.patrols.map(({ patrol_id }: Seed) => patrol_id)).toEqual(newestFirst(meant));
});

describe('a body on GET', () => {
  test.each([
    ['a JSON object', 'application/json', '{"building":"9","nonsense":1}'],
    ['what is not JSON', 'application/json', '{'],
    ['another media type', 'text/plain', 'building=9'],
  ])('%s is not looked at, and the connection serves on', async (_name, type, body) => {
    const expected = (await call('GET', '/patrols?entrance=1')).body;
    const answers = await onOneConnection('/api/v1/patrols?entrance=1', type, [body, body]);
    const served = { status: 200, body: expected };
    expect(answers).toEqual([
      { ...served, reusedSocket: false },
      { ...served, reusedSocket: true },
    ]);
  });
});

/** Sends GETs with bodies, which `fetch` would not, one after another on one connection. */
async function onOneConnection(path: string, type: string, bodies: readonly string[]) {
  const authorization = await bearer('educator');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers = [];
  for (const body of bodies) {
    answers.push(
      await new Promise((resolve, reject) => {
        const headers = { authorization, 'content-type': type, 'content-length': Buffer.byteLength(body) };
        const asking = request(`${campus.url}${path}`, { method: 'GET', headers, agent }, async (answer) => {
          const text = (await answer.toArray()).join('');
          resolve({ status: answer.statusCode, body: JSON.parse(text), reusedSocket: asking.reusedSocket });
        });
        asking.once('error', reject);
        asking.end(body);
      }),
    );
  }
  agent.destroy();
  return answers;
}

function isOf(seed: Seed) {
  const fields: Record<string, unknown> = { ...seed };
  return ([name, value]: [string, unknown]) => fields[name] === value;
}
