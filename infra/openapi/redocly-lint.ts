import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REDOCLY = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
/** It tells nobody that it runs, and does not look for a newer one. */
const ALONE = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Returns what `redocly lint` finds in a file by its recommended rules, a line each. @throws if it cannot run. */
export function redoclyFindings(file: string): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const args = [REDOCLY, 'lint', file, '--extends=recommended', '--format=json'];
  execFile(
    process.execPath,
    args,
    { env: { ...process.env, ...ALONE }, maxBuffer: 2 ** 26 },
    (error, out) => {
      // It ends with 1 when it found an error, and says so on stdout as well.
      if (error && error.code !== 1) return reject(error);
      const { problems }: { readonly problems: readonly Problem[] } = JSON.parse(out);
      resolve(
        problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`),
      );
    },
  );
  return promise;
}

interface Problem {
  readonly ruleId: string;
  readonly message: string;
  readonly location: readonly { readonly pointer?: string }[];
}
