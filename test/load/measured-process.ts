import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** A server in a process of its own, seen from outside: Linux's /proc knows what it costs. */
export interface MeasuredProcess {
  readonly pid: number;
  readonly restPort: number;
  /** 0 where it serves no gRPC. */
  readonly grpcPort: number;
  /** CPU time so far in microseconds, of all its threads. */
  cpuMicros(): number;
  /** Memory held, in MiB. */
  residentMiB(): number;
  /** How long it took from its start to the line that says that it is ready, in milliseconds. */
  readonly readyAfterMs: number;
  /** What it wrote so far. */
  output(): string;
  /** Stops it as its user would, and gives its exit code. */
  stop(): Promise<number | null>;
}

const READY = /"rest_port":(\d+)(?:,"grpc_port":(\d+))?/;

/**
 * Runs a script of the project until its output names its ports, in a line with `"rest_port"`. Nothing is in its
 * environment but what is given; `flags` are Node's own.
 * @throws with all that the script wrote, if it ends before.
 */
export async function startMeasuredProcess(
  script: string,
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<MeasuredProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-process-'));
  const file = join(folder, 'output');
  const target = openSync(file, 'a');
  const began = performance.now();
  // A file, so that reading it is no work for whoever makes the load.
  const child = spawn(process.execPath, [...flags, script], {
    cwd: PROJECT,
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', target, target],
  });
  closeSync(target);
  const exited = once(child, 'exit');
  const output = () => readFileSync(file, 'utf8');
  let ports = READY.exec(output());
  while (!ports) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${script} ended:\n${output()}`);
    await pause(5);
    ports = READY.exec(output());
  }
  return {
    restPort: Number(ports[1]),
    grpcPort: Number(ports[2] ?? 0),
    pid: child.pid ?? 0,
    readyAfterMs: performance.now() - began,
    cpuMicros: () => cpuMicrosOf(child.pid),
    residentMiB: () => residentMiBOf(child.pid),
    output,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** `schedstat` begins with the nanoseconds that a thread has run; `stat` would count in hundredths of a second. */
function cpuMicrosOf(pid = 0): number {
  const threads = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(threads).map((thread) =>
    Number(readFileSync(join(threads, thread, 'schedstat'), 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1000;
}

function residentMiBOf(pid = 0): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
