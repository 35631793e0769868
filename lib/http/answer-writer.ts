import type { TSchema } from 'typebox';
import { singleFlight } from '../single-flight.ts';

/** Writes an answer as JSON. */
export type Writer = (answer: unknown) => string;

const loadCompiler = () => import('fast-json-stringify');

/**
 * Returns what gives the writer of a schema's answers: nothing that the schema does not name gets out. The writer is made
 * for the first answer: a start answers nothing, and to load and run its compiler would be a tenth of it. If the compiler
 * cannot be loaded, whoever answers next tries again.
 */
export function answerWriter(schema: TSchema, load = loadCompiler): () => Writer | Promise<Writer> {
  let made: Writer | undefined;
  // However many first answers there are at once, it is made once.
  const make = singleFlight(async () => {
    const { default: compile } = await load();
    made = compile(asWritten(schema));
    return made;
  });
  return () => made ?? make();
}

const NEEDS_NO_ESCAPING: ReadonlySet<unknown> = new Set(['uuid', 'date', 'date-time']);

/**
 * Gives the schema as the serializer is to see it: what PostgreSQL wrote as a UUID, a date or a time has nothing in it that
 * JSON would escape, and is not looked through for it. That is a thirtieth of a list.
 */
function asWritten<Schema>(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'format' && NEEDS_NO_ESCAPING.has(value) ? 'unsafe' : value,
  );
}
