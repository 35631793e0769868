import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Has stack traces name the source of a bundled file, by the map beside it. Node's own `--enable-source-maps` reads the
 * whole map before anything runs, which doubles an init, and not at all for a script of `node:vm`; this reads it when an
 * error is first looked at.
 */
export function mapStackTraces(file: string): void {
  let map: SourceMap | null | undefined;
  const mapped = (call: NodeJS.CallSite): string => {
    const line = call.getLineNumber();
    const column = call.getColumnNumber();
    if (call.getFileName() !== file || line === null || column === null) return `${call}`;
    if (map === undefined) map = readMap(`${file}.map`);
    const origin = map?.findOrigin(line, column);
    if (!origin || !('fileName' in origin)) return `${call}`;
    const place = `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
    return `${call}`.replace(`${file}:${line}:${column}`, place);
  };
  Error.prepareStackTrace = (error, calls) =>
    [Error.prototype.toString.call(error), ...calls.map((call) => `    at ${mapped(call)}`)].join('\n');
}

/** Null without one that can be read: an error must stay what it is, whoever looks at its stack. */
function readMap(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // At once: the error may be the last thing that this process says.
    process.stderr.write(`stack traces are of the bundle: ${Error.isError(error) ? error.message : error}\n`);
    return null;
  }
}
