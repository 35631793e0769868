import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { DestinationStream } from 'pino';

/** Where log lines go. */
export interface LogDestination extends DestinationStream {
  /** Writes what waits, as far as it is taken at once; absent where nothing waits. */
  flush?(): void;
  /** How many lines were lost, because they were not taken; absent where none can be. */
  lost?(): number;
}

/** How long a line may wait for others to be written with it. A write for each was a tenth of what a request cost. */
const WRITE_EVERY_MS = 10;
/** When lines come faster, so many bytes are written at once. */
const WRITE_AT_BYTES = 8 * 1024;
/** What may wait for a reader who stands still or a disk that is full, in bytes; lines beyond it are lost. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** How soon what was not taken is tried again. */
const TRY_AGAIN_MS = 100;
/** How long the last lines of a process may take to be taken. */
const LAST_LINES_MS = 500;

/**
 * Opens stdout for log lines, which are written together with those of the same moment and in order. A log never decides
 * whether the service lives: what is not taken, because nobody reads or the disk is full, waits within a bound, and is
 * lost and counted beyond it. What was logged before the process ends, also by an exception that nobody caught, is
 * there if it is taken at all; only SIGKILL loses what waits.
 */
export function openStdout(fd = 1, mostWaitingBytes = MAX_WAITING_BYTES): LogDestination {
  const kept = neverBlock(fd);
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
    // Were it collected, stdout would be closed with it.
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

/**
 * Has writes to a pipe or a socket come back when nobody reads, and not wait: that is a property of what is open, which
 * Node sets for what it makes a socket of. Files and terminals take what they are given, or fail.
 * @returns what keeps it open.
 */
function neverBlock(fd: number): Socket | undefined {
  const kind = fstatSync(fd);
  if (!kind.isFIFO() && !kind.isSocket()) return undefined;
  const socket = new Socket({ fd, readable: false, writable: true });
  // Whoever read may go; what is written then fails here.
  socket.on('error', () => {});
  return socket.unref();
}

interface WaitingLines {
  add(line: string): void;
  bytes(): number;
  /** The bytes of all lines, in order; empty where there is none. */
  all(): Buffer;
  /** Forgets as many bytes as were taken. */
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

/** Writes what waits, as far as it is taken. @returns whether that was all. */
function writeWaiting(fd: number, waiting: WaitingLines): boolean {
  try {
    for (let left = waiting.all(); left.length > 0; left = waiting.all()) waiting.taken(writeSync(fd, left));
    return true;
  } catch {
    // A reader who stands still, a full disk, a reader who has gone: there is nowhere to say it, and it may pass.
    return false;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
