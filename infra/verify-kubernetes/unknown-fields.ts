/** An object that knows its schema. */
export interface Validated {
  /** @throws with what is not as the schema has it. */
  validate(): void;
}

/**
 * Validates an object and gives the fields that its schema does not know, as paths: the schemas let them pass, and a
 * misspelt probe would be no probe at all. A schema's code reads every field that it knows, so what it did not read is
 * unknown.
 * @throws what `validate` throws.
 */
export function unknownFields(object: Validated): string[] {
  const unread = new Set<string>();
  watched(object, '', unread).validate();
  return [...unread];
}

/** Gives the same object, which takes what is read of it out of `unread`. */
function watched<Value extends object>(value: Value, path: string, unread: Set<string>): Value {
  const inside = (field: string) => (path ? `${path}.${field}` : field);
  if (!Array.isArray(value)) for (const field of Object.keys(value)) unread.add(inside(field));
  return new Proxy(value, {
    get(target, field, receiver) {
      const found: unknown = Reflect.get(target, field, receiver);
      if (typeof field === 'symbol') return found;
      unread.delete(inside(field));
      return typeof found === 'object' && found !== null ? watched(found, inside(field), unread) : found;
    },
  });
}
