import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { absenteesMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { absenteesOf } from '../lib/patrols/absentees.ts';
import { Absentees } from '../lib/patrols/evening-schemas.ts';
import { STAFF } from '../lib/patrols/permissions.ts';

export const listAbsentees = operation({
  name: 'ListAbsentees',
  summary: 'Кого нет, в том порядке, в котором звонить: без причины, не вернулись вовремя, остальные',
  roles: STAFF,
  input: Type.Object({ patrol_id: PatrolId }),
  output: Absentees,
  errors: ['PATROL_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}/absentees', success: 200, tag: 'oversight' },
  grpc: { response: absenteesMessage },

  async handle({ patrols, phoneBook, clock }, { patrol_id }, { reach }) {
    const patrol = await patrols.read(reach, patrol_id);
    const absentees = absenteesOf(patrol, clock());
    const contactOf = await phoneBook.of(
      absentees.map(({ user_id }) => user_id),
      patrol,
    );
    return { items: absentees.map((absentee) => ({ ...absentee, ...contactOf(absentee.user_id) })) };
  },
});
