import type { Static, TObject, TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { type Fault, PatrolServiceError } from './errors.ts';
import type { Operation } from './operation.ts';

/**
 * Gives the input as its schema types it.
 * @param faultsOfMount faults that the mount itself met; where it could not read the fields at all (a fault called
 * `body`), they are not called missing too.
 * @throws VALIDATION_ERROR with all faults at once, one row a field, named as the caller wrote it.
 */
export function validInput<Input extends TObject>(
  operation: Pick<Operation<Input>, 'input' | 'accepts' | 'faultsBetween'>,
  input: unknown,
  faultsOfMount: readonly Fault[] = [],
): Static<Input> {
  const given = fieldsOf(input);
  const unknown = unknownFields(operation.input, given);
  const between = operation.faultsBetween?.(given) ?? [];
  const isRight = faultsOfMount.length + unknown.length + between.length === 0;
  // What is wrong is looked for field by field only where something is: it costs thirty times what this does.
  if (isRight && operation.accepts(given)) return given;
  const unread = faultsOfMount.some(({ field }) => field === 'body');
  const found = onePerField([
    ...unknown,
    ...(unread ? [] : missingFields(operation.input, given)),
    ...wrongFields(operation.input, given),
    ...between,
  ]);
  const faults = [...faultsOfMount, ...found];
  const names = faults
    .slice(0, 10)
    .map(({ field }) => field)
    .join(', ');
  throw new PatrolServiceError('VALIDATION_ERROR', `faults in ${names}`, { faults });
}

function onePerField(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ field }) => !seen.has(field) && seen.add(field));
}

/** Far more than any operation has: beyond it, naming each unknown field would cost us more than it tells anybody. */
const MOST_FIELDS = 100;

function fieldsOf(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const faults = [{ field: 'body', message: 'Ожидается объект' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input is not an object', { faults });
  }
  if (Object.keys(input).length > MOST_FIELDS) {
    const faults = [{ field: 'body', message: 'Слишком много полей' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input has too many fields', { faults });
  }
  return { ...input };
}

function unknownFields(schema: TObject, given: Record<string, unknown>): Fault[] {
  return Object.keys(given)
    .filter((field) => !Object.hasOwn(schema.properties, field))
    .map((field) => ({ field, message: 'Неизвестное поле' }));
}

function missingFields(schema: TObject, given: Record<string, unknown>): Fault[] {
  return (schema.required ?? [])
    .filter((field) => given[field] === undefined)
    .map((field) => ({ field, message: 'Обязательное поле' }));
}

function wrongFields(schema: TObject, given: Record<string, unknown>): Fault[] {
  return Object.entries<TSchema>(schema.properties).flatMap(([field, fieldSchema]) => {
    if (given[field] === undefined) return [];
    const [, [first]] = Errors(fieldSchema, given[field]);
    return first ? [{ field, message: messageFor(first, fieldSchema) }] : [];
  });
}

type ValidationError = ReturnType<typeof Errors>[1][number];

/** The caller's message for a fault of one field: what it should have been, never what it was. */
function messageFor(error: ValidationError, schema: { readonly format?: string }): string {
  switch (error.keyword) {
    case 'type':
      return `Ожидается ${[error.params.type].flat().map(typeName).join(' или ')}`;
    case 'enum':
      return `Допустимые значения: ${error.params.allowedValues.join(', ')}`;
    case 'minimum':
      return `Не меньше ${error.params.limit}`;
    case 'maximum':
      return `Не больше ${error.params.limit}`;
    case 'maxLength':
      return `Не длиннее ${error.params.limit} символов`;
    case 'minLength':
      return 'Не должно быть пустым';
    default:
      return FORMATS[schema.format ?? 'text'] ?? 'Недопустимое значение';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'Ожидается UUID',
  date: 'Ожидается существующая дата в виде ГГГГ-ММ-ДД',
  text: 'Не должно быть пустым или содержать недопустимые символы',
};

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'строка',
    integer: 'целое число',
    boolean: 'true или false',
    null: 'null',
  };
  return names[type] ?? type;
}
