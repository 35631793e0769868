import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** A program ended before it was asked to: there is nothing left to wait for. */
export class EndedError extends Error {}

/** A program that was started here and is stopped here. */
export interface Running {
  /** @throws EndedError with what it wrote last, if it has ended. */
  expectAlive(): void;
  /** Ends it as its user would, or by force when it does not end. */
  stop(): Promise<void>;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const STOP_LIMIT_MS = 15_000;

/** Starts a program in the project's folder. */
export function start({ command, args, environment = {} }: Program): Running {
  // A group of its own: whatever it leaves behind is found, and nothing else.
  const child = spawn(command, args, {
    cwd: PROJECT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  child.on('error', (error) => {
    output += `${command}: ${error.message}\n`;
  });
  return {
    expectAlive() {
      if (hasEnded(child)) throw new EndedError(`${command} ended:\n${output.slice(-2000)}`);
    },
    stop: () => stop(child),
  };
}

/**
 * Runs a program to its end, with `input` on its stdin, and gives what it wrote on stdout; what it failed with is in the
 * error's `stdout` and `stderr`.
 */
export async function run(
  command: string,
  args: readonly string[],
  cwd = PROJECT,
  input = '',
): Promise<string> {
  const running = promisify(execFile)(command, args, { cwd, maxBuffer: 16 * 1024 * 1024 });
  running.child.stdin?.end(input);
  const { stdout } = await running;
  return stdout;
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (!hasEnded(child)) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(force);
  }
  signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody of the group is left: that is what was wanted.
    if (!(Error.isError(error) && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
