import Type from 'typebox';
import { CampusDate } from '../lib/campus-types.ts';
import { patrolPageMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { fieldErrorsOfAfter } from '../lib/patrols/list-position.ts';
import { fieldErrorsOfDates } from '../lib/patrols/patrol-filter.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { Building, described, Entrance, PatrolPage, PatrolStatus } from '../lib/patrols/schemas.ts';

const MAX_PAGE = 2 ** 31 - 1;

export const listPatrols = operation({
  name: 'ListPatrols',
  summary: 'Обходы, сначала новые',
  roles: READERS,
  input: Type.Object({
    page: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 1, description: 'Номер страницы' }),
    ),
    size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Сколько на странице' }),
    ),
    after: Type.Optional(Type.String({ description: 'next предыдущей страницы; вместо page' })),
    date: Type.Optional(described(CampusDate, 'Дата обходов; без date_from и date_to')),
    date_from: Type.Optional(described(CampusDate, 'Первая дата обходов')),
    date_to: Type.Optional(described(CampusDate, 'Последняя дата обходов')),
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
    status: Type.Optional(PatrolStatus),
  }),
  fieldErrorsBetween: (input) => [...fieldErrorsOfAfter(input), ...fieldErrorsOfDates(input)],
  output: PatrolPage,
  errors: [],
  rest: { method: 'GET', path: '/patrols', success: 200, tag: 'patrols' },
  grpc: { response: patrolPageMessage },

  handle({ patrols }, { page = 1, size = 20, after, ...filter }, { reach }) {
    return patrols.list(reach, filter, { page, size, after });
  },
});
