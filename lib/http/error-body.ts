import Type, { type Static } from 'typebox';
import { ERRORS, type ErrorCode } from '../errors.ts';

const Code = Type.Unsafe<ErrorCode>({
  ...{ title: 'ErrorCode', type: 'string', enum: Object.keys(ERRORS) },
  description: 'Что случилось; коды не меняют смысла, новые могут появиться',
});

const FieldFault = Type.Object(
  {
    field: Type.String({
      description: 'Поле, как оно названо в запросе, или комната',
      examples: ['entrance'],
    }),
    message: Type.String({ description: 'Что с ним не так, по-русски', examples: ['Не больше 4'] }),
  },
  { title: 'FieldError', description: 'Что не так с одним полем' },
);

/** The shape of every error response (docs/contract.md, *REST*). */
export const ErrorBody = Type.Object(
  {
    error: Type.Object(
      {
        code: Code,
        message: Type.String({ description: 'Что случилось, по-русски, для человека' }),
        trace_id: Type.String({ description: 'Чем запрос найти в журнале' }),
        details: Type.Unsafe<{ field: string; message: string }[] | null>({
          type: ['array', 'null'],
          items: FieldFault,
          description: 'Все ошибки по полям; null: дело не в полях',
        }),
      },
      { description: 'Что случилось' },
    ),
  },
  { title: 'Error', description: 'Ошибка любого запроса' },
);
export type ErrorBody = Static<typeof ErrorBody>;
