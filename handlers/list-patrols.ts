import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { patrolSummaries } from '../lib/patrols/messages.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { Building, CampusDate, Entrance, PatrolPage, PatrolStatus } from '../lib/patrols/schemas.ts';

const LARGEST_PAGE = 2 ** 31 - 1;

export const listPatrols = operation({
  name: 'ListPatrols',
  summary: 'Обходы, сначала новые',
  roles: READERS,
  input: Type.Object({
    page: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 1 })),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    date: Type.Optional(CampusDate),
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
    status: Type.Optional(PatrolStatus),
  }),
  output: PatrolPage,
  refusals: [],
  rest: { method: 'GET', path: '/patrols', success: 200 },
  grpc: {
    answer: async (context, { items, ...page }) => ({
      ...page,
      items: await patrolSummaries(context, items),
    }),
  },

  handle({ patrols }, { page = 1, size = 20, ...filter }) {
    return patrols.list(filter, page, size);
  },
});
