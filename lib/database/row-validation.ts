import { type Interceptor, SchemaValidationError } from 'slonik';

/** Holds each row against the schema of its query. @throws SchemaValidationError */
export const rowValidation: Interceptor = {
  name: 'row-validation',
  afterQueryExecution: async ({ resultParser }, query, { rows }) => {
    for (const row of rows) {
      const result = await resultParser?.['~standard'].validate(row);
      if (result?.issues) throw new SchemaValidationError(query, row, result.issues);
    }
    return null;
  },
};
