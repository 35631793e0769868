export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the value, or throws an Error whose message ends the sentence "NAME …". */
export type Parse<Value> = (text: string) => Value;

/** Reads variables, and collects their problems. */
export interface EnvironmentReader {
  /** The problems so far, each a sentence that begins with the variable's name. */
  readonly problems: readonly string[];
  /** Returns the fallback for a variable that is not set, or is wrong. */
  optional<Value>(name: string, fallback: Value, parse: Parse<Value>): Value;
  /** Returns `unset` for a variable that is not set, or invalid. */
  required<Value>(name: string, unset: Value, parse: Parse<Value>): Value;
}

/** Creates a reader of the environment. A blank variable is not set. */
export function environmentReader(environment: Environment): EnvironmentReader {
  const problems: string[] = [];
  const optional = <Value>(name: string, fallback: Value, parse: Parse<Value>): Value => {
    const text = environment[name]?.trim();
    if (!text) return fallback;
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${name} ${Error.isError(error) ? error.message : String(error)}`);
      return fallback;
    }
  };
  const required = <Value>(name: string, unset: Value, parse: Parse<Value>): Value => {
    if (!environment[name]?.trim()) problems.push(`${name} is required, and not set`);
    return optional(name, unset, parse);
  };
  return { problems, optional, required };
}
