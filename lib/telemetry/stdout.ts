import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import type { DestinationStream } from 'pino';

/** A destination of log lines. */
export interface LogDestination extends DestinationStream {
  /** Writes waiting lines, as far as possible at once; absent if nothing waits. */
  flush?(): void;
  /** Returns how many lines were lost; absent if none can be. */
  lost?(): number;
}

/** How long a line may wait to be written with others. Single writes took a tenth of a request's time. */
const WRITE_EVERY_MS = 10;
/** Waiting bytes that are written at once. */
const WRITE_AT_BYTES = 8 * 1024;
/** Waiting bytes for a stalled reader or a full disk; lines beyond that are lost. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** The delay before a failed write is retried. */
const TRY_AGAIN_MS = 100;
/** How long the last lines of a process may take. */
const LAST_LINES_MS = 500;

/**
 * Opens stdout for log lines, in order and in batches. It never blocks: lines that cannot be written wait within a
 * bound, and are counted as lost beyond it. The last ones are written at exit, even after an uncaught exception. pino's
 * own destination waits in place for whoever reads a full pipe.
 */
export function openStdout(stdout = 1, mostWaitingBytes = MAX_WAITING_BYTES): LogDestination {
  const { fd, kept } = setNonBlocking(stdout);
  const waiting = createWaitingLines(mostWaitingBytes);
  let timer: NodeJS.Timeout | undefined;
  let isStalled = false;
  const writeOut = () => {
    clearTimeout(timer);
    isStalled = !writeWaiting(fd, waiting);
    timer = isStalled ? setTimeout(writeOut, TRY_AGAIN_MS).unref() : undefined;
  };
  const flush = () => {
    const end = performance.now() + LAST_LINES_MS;
    while (!writeWaiting(fd, waiting) && performance.now() < end) sleep(10);
  };
  process.on('exit', () => {
    flush();
    // If it were collected, stdout would be closed.
    kept?.unref();
  });
  return {
    write(line) {
      waiting.add(line);
      if (waiting.bytes() >= WRITE_AT_BYTES && !isStalled) return writeOut();
      timer ??= setTimeout(writeOut, WRITE_EVERY_MS).unref();
    },
    flush,
    lost: waiting.lost,
  };
}

/** A file descriptor, and the socket that must be kept for it. */
interface NonBlocking {
  readonly fd: number;
  readonly kept?: Socket;
}

/**
 * Makes writes to a pipe, socket or terminal return instead of blocking. Node does that for the sockets it opens; a
 * terminal, which is shared with the shell, is opened once more.
 */
function setNonBlocking(fd: number): NonBlocking {
  if (isatty(fd)) return { fd: reopenTerminal(fd) };
  const kind = fstatSync(fd);
  if (!kind.isFIFO() && !kind.isSocket()) return { fd };
  const socket = new Socket({ fd, readable: false, writable: true });
  // The reader may go; later writes then fail here.
  socket.on('error', () => {});
  return { fd, kept: socket.unref() };
}

/** Opens a terminal for writes that do not block; returns the given one where that is not possible. */
function reopenTerminal(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // Not Linux, or another user's terminal: writes block while it is stopped.
    return fd;
  }
}

interface WaitingLines {
  add(line: string): void;
  bytes(): number;
  /** Returns the bytes of all lines, in order; empty if there are none. */
  all(): Buffer;
  /** Removes the bytes that were written. */
  taken(bytes: number): void;
  lost(): number;
}

function createWaitingLines(most: number): WaitingLines {
  let rest = Buffer.alloc(0);
  let lines: string[] = [];
  let bytes = 0;
  let lost = 0;
  return {
    add(line) {
      const size = Buffer.byteLength(line);
      if (bytes + size > most) lost += 1;
      else {
        lines.push(line);
        bytes += size;
      }
    },
    bytes: () => bytes,
    all() {
      if (lines.length === 0) return rest;
      const more = Buffer.from(lines.join(''));
      rest = rest.length === 0 ? more : Buffer.concat([rest, more]);
      lines = [];
      return rest;
    },
    taken(count) {
      rest = rest.subarray(count);
      bytes -= count;
    },
    lost: () => lost,
  };
}

/** Writes waiting lines as far as possible. @returns whether all were written. */
function writeWaiting(fd: number, waiting: WaitingLines): boolean {
  try {
    for (let left = waiting.all(); left.length > 0; left = waiting.all()) waiting.taken(writeSync(fd, left));
    return true;
  } catch {
    // A stalled reader, a full disk, no reader: it cannot be logged, and may pass.
    return false;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
