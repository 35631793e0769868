import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The variables of all ports of the local campus. */
export const PORTS = [
  'REST_PORT',
  'GRPC_PORT',
  'LOCAL_POSTGRES_PORT',
  'AUTH_GRPC_PORT',
  'APPLICATION_GRPC_PORT',
];

/** The local campus as its user has it, in a process of its own. */
export interface LocalStart {
  readonly pid: number;
  readonly output: string;
  /** Ends it; gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface LocalStartOptions {
  readonly dataDirectory: string;
  /** Where the sources are; this checkout without it. */
  readonly folder?: string;
  /** Settings besides the ports. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs what `npm start` runs, on free ports; resolves when it has said all.
 * @throws with its exit code and its output if it ends before that.
 */
export async function startLocally(options: LocalStartOptions): Promise<LocalStart> {
  const { dataDirectory, folder = ROOT, environment = {} } = options;
  const child = spawn(process.execPath, ['infra/local/start.ts'], {
    cwd: folder,
    env: {
      // The printed lines use the newcomer's own curl and node.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      LOCAL_DATA_DIRECTORY: dataDirectory,
      ...Object.fromEntries(PORTS.map((name) => [name, '0'])),
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const closed = once(child, 'close');
  while (!output.includes('Ctrl-C stops everything')) {
    const [code] = await Promise.race([closed, once(child.stdout, 'data')]);
    if (typeof code === 'number') throw new Error(`it ended with ${code}: ${output}`);
  }
  return {
    pid: child.pid ?? 0,
    output,
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}
