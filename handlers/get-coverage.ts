import Type from 'typebox';
import { CampusDate } from '../lib/campus-types.ts';
import { coverageMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { entrancesOf } from '../lib/patrols/campus.ts';
import { coverageOf } from '../lib/patrols/coverage.ts';
import { fieldErrorsOfStart, tonight } from '../lib/patrols/evening.ts';
import { Coverage } from '../lib/patrols/evening-schemas.ts';
import { namedCoverage } from '../lib/patrols/naming.ts';
import { STAFF } from '../lib/patrols/permissions.ts';

export const getCoverage = operation({
  name: 'GetCoverage',
  summary: 'Все ли несовершеннолетние кампуса в списках вечера: кто ни в одном, кто в двух, где нет обхода',
  roles: STAFF,
  input: Type.Object({
    date: Type.Optional({
      ...CampusDate,
      description: 'Дата вечера; без неё идущий вечер, до 06:00 вчерашний',
    }),
  }),
  fieldErrorsBetween: fieldErrorsOfStart,
  output: Coverage,
  errors: [],
  rest: { method: 'GET', path: '/patrols/coverage', success: 200, tag: 'oversight' },
  grpc: { response: coverageMessage },

  async handle({ patrols, campusMinors, names, campus, clock }, input, { reach }) {
    const date = input.date ?? tonight(clock(), campus.timezone);
    const [minors, listed] = await Promise.all([campusMinors.all(), patrols.listsOf(reach, date)]);
    const coverage = coverageOf({ date, places: entrancesOf(campus.buildings), minors, patrols: listed });
    return namedCoverage(names, coverage);
  },
});
