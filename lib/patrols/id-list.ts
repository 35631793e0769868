import { Buffer } from 'node:buffer';

const BYTES = 16;

/** Many ids in their order, at sixteen bytes each. */
export interface IdList<Id extends string> {
  readonly length: number;
  /** Returns the ids from one position up to another. */
  slice(from: number, to: number): Id[];
}

/** Creates a list from the hexadecimal digits of its UUIDs, one after another. */
export function idList<Id extends string>(digits: string): IdList<Id> {
  const bytes = Buffer.from(digits, 'hex');
  const length = bytes.length / BYTES;
  return {
    length,
    slice(from, to) {
      const end = Math.min(to, length);
      return Array.from({ length: Math.max(end - from, 0) }, (_, at) => {
        const start = (from + at) * BYTES;
        // PostgreSQL wrote them as UUIDs, and reads them with or without dashes.
        return bytes.toString('hex', start, start + BYTES) as Id;
      });
    },
  };
}
