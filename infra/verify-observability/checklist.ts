/** What a check saw, and what of it is not as it must be. */
export interface Outcome {
  readonly seen: string;
  readonly faults: readonly string[];
}

/** The checks of one run, in their order. */
export interface Checklist {
  /** Does a check; what it throws is a fault. */
  check(name: string, work: () => Promise<Outcome> | Outcome): Promise<void>;
  /** Gives the table of what was checked. */
  table(): string;
  readonly hasFaults: boolean;
}

interface Row extends Outcome {
  readonly name: string;
}

/** Opens an empty checklist. */
export function createChecklist(): Checklist {
  const rows: Row[] = [];
  return {
    async check(name, work) {
      try {
        rows.push({ name, ...(await work()) });
      } catch (error) {
        rows.push({ name, seen: 'could not be checked', faults: [reasonOf(error)] });
      }
    },
    table() {
      const width = Math.max(...rows.map(({ name }) => name.length));
      return rows
        .flatMap(({ name, seen, faults }) => [
          `${faults.length === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${seen}`,
          ...faults.map((fault) => `          - ${fault}`),
        ])
        .join('\n');
    },
    get hasFaults() {
      return rows.some(({ faults }) => faults.length > 0);
    },
  };
}

/** Gives an error's message with the messages of its causes. */
export function reasonOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  // What a program wrote on stderr is in the message already.
  const stdout: unknown = Reflect.get(error, 'stdout');
  const written = typeof stdout === 'string' && stdout.trim() ? [stdout.trim()] : [];
  const cause = error.cause === undefined ? [] : [`because ${reasonOf(error.cause)}`];
  return [error.message, ...written, ...cause].join('\n            ');
}
