import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../lib/config.ts';
import { hasCode, launch } from './postgres-account.ts';

/** Where a running campus is reached. */
export interface Doors {
  readonly restPort: number;
  readonly grpcPort: number;
}

/** What a running campus has written down for whoever starts another one. */
interface Note {
  readonly pid: number;
  /** When the process began: a pid alone may have a new owner by now. */
  readonly began: string;
  /** Absent while it is starting. */
  readonly doors?: Doors;
}

export interface OneCampus {
  /** Writes down where this campus is reached. */
  tell(doors: Doors): Promise<void>;
  /** Lets the next one start. */
  leave(): Promise<void>;
}

/**
 * Makes this process the only campus on a data directory, until it leaves or ends, however it ends.
 * @throws {ConfigError} naming the one that runs, and how to stop it.
 */
export async function beTheOnlyCampus(directory: string, pid = process.pid): Promise<OneCampus> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'running.json');
  const note: Note = { pid, began: (await beginningOf(pid)) ?? '' };
  while (!(await written(file, note))) {
    const running = await noteIn(file);
    if (running?.began && (await beginningOf(running.pid)) === running.began) throw refusal(running);
    // Its process was killed, or the machine lost its power.
    await rm(file, { force: true });
  }
  return {
    async tell({ restPort, grpcPort }) {
      // In one step: half a note would be taken for one that a power cut left.
      await writeFile(`${file}.new`, JSON.stringify({ ...note, doors: { restPort, grpcPort } }));
      await rename(`${file}.new`, file);
    },
    leave: () => rm(file, { force: true }),
  };
}

/** Gives false where there is one already. */
async function written(file: string, note: Note): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(note), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function noteIn(file: string): Promise<Note | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    // Removed meanwhile, or a power cut left half of it.
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function refusal({ pid, doors }: Note): ConfigError {
  const where = doors ? `REST on port ${doors.restPort}, gRPC on port ${doors.grpcPort}` : 'still starting';
  return new ConfigError(
    [
      `\`npm start\` runs in this folder already: process ${pid}, ${where}.`,
      `Stop it with Ctrl-C in its terminal, or with \`kill ${pid}\`, and start again.`,
      'For a second one beside it set LOCAL_DATA_DIRECTORY, and ports of its own: REST_PORT, GRPC_PORT, LOCAL_POSTGRES_PORT,',
      'AUTH_GRPC_PORT and APPLICATION_GRPC_PORT.',
    ].join('\n'),
  );
}

/** Gives when a process began, in the system's own words; undefined where there is no such process. */
async function beginningOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const ps = launch({ wrapper: [] }, 'ps', ['-o', 'lstart=', '-p', String(pid)]);
    await ps.closed;
    return ps.output().trim() || undefined;
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold spaces and brackets; then starttime is the twentieth, in ticks since the boot.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
