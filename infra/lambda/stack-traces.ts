import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Has stack traces name the source of a bundled file, by the map beside it. Node's own `--enable-source-maps` reads the
 * whole map before anything runs, which doubles an init, and not at all for a script of `node:vm`; this reads it when an
 * error is first looked at.
 */
export function mapStackTraces(file: string): void {
  let map: SourceMap | undefined;
  const originOf = (line: number, column: number) => {
    map ??= new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    return map.findOrigin(line, column);
  };
  const mapped = (call: NodeJS.CallSite): string => {
    const line = call.getLineNumber();
    const column = call.getColumnNumber();
    if (call.getFileName() !== file || line === null || column === null) return `${call}`;
    const origin = originOf(line, column);
    if (!('fileName' in origin)) return `${call}`;
    const place = `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
    return `${call}`.replace(`${file}:${line}:${column}`, place);
  };
  Error.prepareStackTrace = (error, calls) =>
    [Error.prototype.toString.call(error), ...calls.map((call) => `    at ${mapped(call)}`)].join('\n');
}
