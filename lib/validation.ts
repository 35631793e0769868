import type { Static, TObject, TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { type Fault, PatrolServiceError } from './errors.ts';
import type { InputRules, Operation } from './operation.ts';
import { placeFaults } from './patrols/campus.ts';
import { plainText } from './patrols/plain-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the input as its schema types it, its texts in plain form.
 * @param rules what the campus demands of any input.
 * @param faultsOfMount faults that the mount itself met; where it could not read the fields at all (a fault called
 * `body`), they are not called missing too.
 * @throws VALIDATION_ERROR with all faults at once, one row a field, named as the caller wrote it.
 */
export function validInput<Input extends TObject>(
  operation: Pick<Operation<Input>, 'input' | 'accepts' | 'prepare' | 'faultsBetween'>,
  input: unknown,
  rules: InputRules,
  faultsOfMount: readonly Fault[] = [],
): Static<Input> {
  const given = fieldsOf(operation, input);
  const between = [
    ...placeFaults(given, rules.campus.buildings),
    ...(operation.faultsBetween?.(given, rules) ?? []),
  ];
  const unknown = unknownFields(operation.input, given);
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
  throw new PatrolServiceError('VALIDATION_ERROR', `faults in ${fieldNames(faults)}`, { faults });
}

const LONGEST_NAME = 40;

/** Returns the fields at fault for the log; a name that nobody knows is the caller's own text, and cut. */
function fieldNames(faults: readonly Fault[]): string {
  const names = faults.slice(0, 10).map(({ field }) => field.slice(0, LONGEST_NAME));
  return names.join(', ');
}

function onePerField(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ field }) => !seen.has(field) && seen.add(field));
}

/** Far more than any operation has: beyond it, naming each unknown field would cost us more than it tells anybody. */
const MOST_FIELDS = 100;

function fieldsOf({ input: schema, prepare }: Pick<Operation, 'input' | 'prepare'>, input: unknown): Fields {
  if (!isRecord(input) || Array.isArray(input)) {
    const faults = [{ field: 'body', message: 'Ожидается объект' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input is not an object', { faults });
  }
  if (Object.keys(input).length > MOST_FIELDS) {
    const faults = [{ field: 'body', message: 'Слишком много полей' }];
    throw new PatrolServiceError('VALIDATION_ERROR', 'the input has too many fields', { faults });
  }
  return inPlainText(schema, prepare?.(input) ?? input);
}

type FieldSchema = TSchema & {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly items?: TSchema;
  readonly maxItems?: number;
};

function isTextOfPeople(schema: TSchema): boolean {
  return 'x-plain-text' in schema;
}

/** Returns a copy of the fields with every text that people write in plain form, those of listed objects too. */
function inPlainText(schema: TObject, given: Fields): Fields {
  const fields: Record<string, unknown> = { ...given };
  for (const [name, fieldSchema] of Object.entries<FieldSchema>(schema.properties)) {
    const value = fields[name];
    const items = itemsOf(fieldSchema);
    if (typeof value === 'string' && isTextOfPeople(fieldSchema)) fields[name] = plainText(value);
    else if (items && Array.isArray(value) && value.length <= mostItems(fieldSchema)) {
      fields[name] = value.map((item) => (isRecord(item) ? inPlainText(items, item) : item));
    }
  }
  return fields;
}

/** Returns the schema of the objects that a field lists, or null where it lists none. */
function itemsOf({ items }: FieldSchema): TObject | null {
  return items && 'properties' in items ? (items as TObject) : null;
}

function mostItems({ maxItems = Number.POSITIVE_INFINITY }: FieldSchema): number {
  return maxItems;
}

function unknownFields(schema: TObject, given: Fields, at = ''): Fault[] {
  return Object.keys(given)
    .filter((field) => !Object.hasOwn(schema.properties, field))
    .map((field) => ({ field: at + field, message: 'Неизвестное поле' }));
}

function missingFields(schema: TObject, given: Fields, at = ''): Fault[] {
  return (schema.required ?? [])
    .filter((field) => given[field] === undefined)
    .map((field) => ({ field: at + field, message: 'Обязательное поле' }));
}

function wrongFields(schema: TObject, given: Fields, at = ''): Fault[] {
  return Object.entries<FieldSchema>(schema.properties).flatMap(([field, fieldSchema]) => {
    const value = given[field];
    if (value === undefined) return [];
    const [, errors] = Errors(fieldSchema, value);
    const own = errors.find(({ instancePath }) => instancePath === '');
    if (own) return [{ field: at + field, message: messageFor(own, fieldSchema) }];
    const items = itemsOf(fieldSchema);
    return items && Array.isArray(value) ? faultsOfItems(items, value, at + field) : [];
  });
}

/** Returns the faults of listed objects, each named by its place: `marks[3].is_present`. */
function faultsOfItems(schema: TObject, items: readonly unknown[], field: string): Fault[] {
  return items.flatMap((item, place) => {
    const at = `${field}[${place}]`;
    if (!isRecord(item) || Array.isArray(item)) return [{ field: at, message: 'Ожидается объект' }];
    const inside = `${at}.`;
    return [
      ...unknownFields(schema, item, inside),
      ...missingFields(schema, item, inside),
      ...wrongFields(schema, item, inside),
    ];
  });
}

type ValidationError = ReturnType<typeof Errors>[1][number];

/** The caller's message for a fault of one field: what it should have been, never what it was. */
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
    case 'maxItems':
      return `Не больше ${error.params.limit} в списке`;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
