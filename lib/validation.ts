import type { Static, TObject, TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { type FieldError, PatrolServiceError } from './errors.ts';
import type { InputRules, Operation } from './operation.ts';
import { fieldErrorsOfPlace } from './patrols/campus.ts';
import { plainText } from './patrols/plain-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the input typed by its schema, with normalized texts.
 * @param fieldErrorsOfTransport the transport's own; with one named `body`, missing fields are not reported.
 * @throws VALIDATION_ERROR with all field errors, one a field, named as the caller wrote it.
 */
export function validInput<Input extends TObject>(
  operation: Pick<Operation<Input>, 'input' | 'accepts' | 'prepare' | 'fieldErrorsBetween'>,
  input: unknown,
  rules: InputRules,
  fieldErrorsOfTransport: readonly FieldError[] = [],
): Static<Input> {
  const given = fieldsOf(operation, input);
  const between = [
    ...fieldErrorsOfPlace(given, rules.campus.buildings),
    ...(operation.fieldErrorsBetween?.(given, rules) ?? []),
  ];
  const unknown = unknownFields(operation.input, given);
  const isRight = fieldErrorsOfTransport.length + unknown.length + between.length === 0;
  // Fields are checked one by one only if something is wrong: it takes thirty times as long.
  if (isRight && operation.accepts(given)) return given;
  const unread = fieldErrorsOfTransport.some(({ field }) => field === 'body');
  const found = onePerField([
    ...unknown,
    ...(unread ? [] : missingFields(operation.input, given)),
    ...wrongFields(operation.input, given),
    ...between,
  ]);
  const fieldErrors = [...fieldErrorsOfTransport, ...found].slice(0, MAX_FIELD_ERRORS);
  throw new PatrolServiceError('VALIDATION_ERROR', `invalid fields: ${fieldNames(fieldErrors)}`, {
    fieldErrors,
  });
}

/** The caller's message for an unknown field; transports use it too. */
export const UNKNOWN = 'Неизвестное поле';
/** More than anybody reads, for large lists of invalid objects. */
const MAX_FIELD_ERRORS = 500;

/** Returns the names of invalid fields for the log. An unknown name is the caller's own text, and not logged. */
function fieldNames(fieldErrors: readonly FieldError[]): string {
  const names = fieldErrors.map(({ field, message }) => (message === UNKNOWN ? 'an unknown field' : field));
  return [...new Set(names)].slice(0, 10).join(', ');
}

function onePerField(fieldErrors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>();
  return fieldErrors.filter(({ field }) => !seen.has(field) && seen.add(field));
}

/** Far more than any operation has: naming each unknown field beyond it would only cost time. */
const MAX_FIELDS = 100;

function fieldsOf({ input: schema, prepare }: Pick<Operation, 'input' | 'prepare'>, input: unknown): Fields {
  if (!isObject(input)) {
    const fieldErrors = [{ field: 'body', message: 'Ожидается объект' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input is not an object', { fieldErrors });
  }
  if (Object.keys(input).length > MAX_FIELDS) {
    const fieldErrors = [{ field: 'body', message: 'Слишком много полей' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input has too many fields', { fieldErrors });
  }
  return inPlainForm(schema, prepare?.(input) ?? input);
}

type FieldSchema = TSchema & {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly items?: TSchema;
  readonly maxItems?: number;
};

/** Returns a copy of the fields with texts in plain form and ids in small letters, those of listed objects too. */
function inPlainForm(schema: TObject, given: Fields): Fields {
  const fields: Record<string, unknown> = { ...given };
  for (const [name, fieldSchema] of Object.entries<FieldSchema>(schema.properties)) {
    const value = fields[name];
    const items = itemsOf(fieldSchema);
    if (typeof value === 'string') fields[name] = plainString(fieldSchema, value);
    else if (items && Array.isArray(value) && !isTooLong(fieldSchema, value)) {
      fields[name] = value.map((item) => (isObject(item) ? inPlainForm(items, item) : item));
    }
  }
  return fields;
}

function plainString(schema: FieldSchema, value: string): string {
  if ('x-plain-text' in schema) return plainText(value, schema.maxLength ?? 0);
  return schema.format === 'uuid' ? value.toLowerCase() : value;
}

/** Returns the schema of the objects that a field lists, or null where it lists none. */
function itemsOf({ items }: FieldSchema): TObject | null {
  return items && 'properties' in items ? (items as TObject) : null;
}

function isTooLong({ maxItems = Number.POSITIVE_INFINITY }: FieldSchema, value: readonly unknown[]): boolean {
  return value.length > maxItems;
}

function unknownFields(schema: TObject, given: Fields, at = ''): FieldError[] {
  return Object.keys(given)
    .filter((field) => !Object.hasOwn(schema.properties, field))
    .map((field) => ({ field: at + field, message: UNKNOWN }));
}

function missingFields(schema: TObject, given: Fields, at = ''): FieldError[] {
  return (schema.required ?? [])
    .filter((field) => given[field] === undefined)
    .map((field) => ({ field: at + field, message: 'Обязательное поле' }));
}

function wrongFields(schema: TObject, given: Fields, at = ''): FieldError[] {
  return Object.entries<FieldSchema>(schema.properties).flatMap(([field, fieldSchema]) => {
    const value = given[field];
    if (value === undefined) return [];
    // A list without a limit on items would be costly to check.
    if (Array.isArray(value) && isTooLong(fieldSchema, value)) {
      return [{ field: at + field, message: `Не больше ${fieldSchema.maxItems} в списке` }];
    }
    const [, errors] = Errors(fieldSchema, value);
    const own = errors.find(({ instancePath }) => instancePath === '');
    if (own) return [{ field: at + field, message: messageFor(own, fieldSchema) }];
    const items = itemsOf(fieldSchema);
    return items && Array.isArray(value) ? fieldErrorsOfItems(items, value, at + field) : [];
  });
}

/** Returns the field errors of listed objects, named by position: `marks[3].is_present`. */
function fieldErrorsOfItems(schema: TObject, items: readonly unknown[], field: string): FieldError[] {
  return items.flatMap((item, place) => {
    const at = `${field}[${place}]`;
    if (!isObject(item)) return [{ field: at, message: 'Ожидается объект' }];
    if (Object.keys(item).length > MAX_FIELDS) return [{ field: at, message: 'Слишком много полей' }];
    const inside = `${at}.`;
    return [
      ...unknownFields(schema, item, inside),
      ...missingFields(schema, item, inside),
      ...wrongFields(schema, item, inside),
    ];
  });
}

type ValidationError = ReturnType<typeof Errors>[1][number];

/** Returns the caller's message for a field error: what was expected, never the value. */
function messageFor(error: ValidationError, schema: FieldSchema): string {
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
    case 'minItems':
      return `Не меньше ${error.params.limit} в списке`;
    default:
      return FORMATS[schema.format ?? 'text'] ?? 'Недопустимое значение';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'Ожидается UUID',
  date: 'Ожидается существующая дата в виде ГГГГ-ММ-ДД',
  text: 'Содержит недопустимые символы',
};

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'строка',
    integer: 'целое число',
    boolean: 'true или false',
    array: 'список',
    null: 'null',
  };
  return names[type] ?? type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
