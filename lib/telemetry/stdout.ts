import { type DestinationStream, pino } from 'pino';

/** Where log lines go. */
export interface LogDestination extends DestinationStream {
  /** Writes what waits, at once; absent where nothing waits. */
  flush?(): void;
}

/** How long a line may wait for others to be written with it. A write for each was a tenth of what a request cost. */
const WRITE_EVERY_MS = 10;
/** When lines come faster, so many bytes are written at once. */
const WRITE_AT_BYTES = 8 * 1024;

/**
 * Opens stdout for log lines, which are written together with those of the same moment, in order and by blocking writes:
 * what was logged before the process ends, also by an exception that nobody caught, is there. Only SIGKILL loses what
 * waits.
 */
export function openStdout(fd = 1): LogDestination {
  const stdout = pino.destination({ dest: fd, sync: true, minLength: WRITE_AT_BYTES });
  let timer: NodeJS.Timeout | undefined;
  // Not `flushSync`, which also waits until a file's lines are on the disk: that is for the end.
  const writeOut = () => {
    timer = undefined;
    stdout.flush();
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    stdout.flushSync();
  };
  process.on('exit', flush);
  return {
    write(line) {
      stdout.write(line);
      timer ??= setTimeout(writeOut, WRITE_EVERY_MS).unref();
    },
    flush,
  };
}
