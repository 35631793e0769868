import { isRolledBack } from './errors.ts';

const ATTEMPTS = 5;

/**
 * Does the work, again where PostgreSQL rolled it back because of concurrent changes: nothing was done.
 * @param onAgain called before each further attempt. @throws what the last attempt threw.
 */
export async function againIfRolledBack<Result>(
  work: () => Promise<Result>,
  onAgain = () => {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRolledBack(error)) throw error;
      onAgain();
    }
  }
}
