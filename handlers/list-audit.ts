import Type from 'typebox';
import { CampusDate, UserId } from '../lib/campus-types.ts';
import { auditPageMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { fieldErrorsOfDates } from '../lib/patrols/patrol-filter.ts';
import { HEADS } from '../lib/patrols/permissions.ts';
import { Building, described, Entrance } from '../lib/patrols/schemas.ts';
import { AuditAction, AuditPage, RECORD_IDS } from '../lib/patrols/trail-schemas.ts';

export const listAudit = operation({
  name: 'ListAudit',
  summary: 'История изменений кампуса, сначала новые; и удалённых обходов',
  roles: HEADS,
  input: Type.Object({
    date_from: Type.Optional(described(CampusDate, 'Первая дата обходов')),
    date_to: Type.Optional(described(CampusDate, 'Последняя дата обходов')),
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
    user_id: Type.Optional(described(UserId, 'Студент')),
    author: Type.Optional(described(UserId, 'Кто изменил')),
    action: Type.Optional(AuditAction),
    after: Type.Optional(Type.Integer({ ...RECORD_IDS, description: 'next предыдущей страницы' })),
    size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Сколько на странице' }),
    ),
  }),
  fieldErrorsBetween: fieldErrorsOfDates,
  output: AuditPage,
  errors: [],
  rest: { method: 'GET', path: '/patrols/audit', success: 200, tag: 'oversight' },
  grpc: { response: auditPageMessage },

  handle({ audit }, { size = 20, after, ...filter }, { reach }) {
    return audit.list(reach, filter, { size, after });
  },
});
