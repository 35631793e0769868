import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Static, TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';

/** Returns a TypeBox schema in the form in which Slonik takes the schema of a row (https://standardschema.dev). */
export function rowSchema<Schema extends TSchema>(schema: Schema): StandardSchemaV1<unknown, Static<Schema>> {
  const validate = (value: unknown): StandardSchemaV1.Result<Static<Schema>> => {
    // Checked in this line; TypeBox's own guard narrows to less than the schema's static type.
    if (Check(schema, value)) return { value: value as Static<Schema> };
    const [, errors] = Errors(schema, value);
    return { issues: errors.map(({ message, instancePath }) => ({ message: `${instancePath} ${message}` })) };
  };
  return { '~standard': { version: 1, vendor: 'typebox', validate } };
}
