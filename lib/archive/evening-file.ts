import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/schema';
import type { CampusDate } from '../campus-types.ts';
import { ConfigError } from '../config.ts';
import { type EveningRows, TABLES } from './evening-rows.ts';

/**
 * The file of one evening: gzip of lines of JSON. The first says what follows: `{"archive": {"format": 1, "date": …,
 * "patrols": 8, "entries": 90, "records": 110}}`; each other one is a row, `{"patrols": {…}}`, by its columns' names. The
 * name has the evening and the beginning of the SHA-256 of the file, so that nothing is ever written over something else.
 */
const Heading = Type.Object({
  archive: Type.Object({
    format: Type.Literal(1),
    date: Type.Unsafe<CampusDate>({ type: 'string' }),
    patrols: Type.Integer(),
    entries: Type.Integer(),
    records: Type.Integer(),
  }),
});
export type Heading = Static<typeof Heading>['archive'];

/** How many hexadecimal digits of the checksum a name has. */
const DIGITS = 16;

export interface WrittenFile {
  /** Its name in the folder. */
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
}

/** Writes the file of an evening, for its owner alone to read (0600), and returns once it is on the disk. */
export async function writeEvening(
  folder: string,
  date: CampusDate,
  rows: EveningRows,
): Promise<WrittenFile> {
  const [patrols, entries, records] = TABLES.map((table) => rows[table].length);
  const heading = JSON.stringify({ archive: { format: 1, date, patrols, entries, records } });
  const lines = TABLES.flatMap((table) => rows[table].map(({ json }) => `{"${table}":${json}}`));
  const bytes = await promisify(gzip)([heading, ...lines, ''].join('\n'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = `${date}-${sha256.slice(0, DIGITS)}.ndjson.gz`;
  const path = join(folder, file);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await using handle = await open(unfinished, 'w', 0o600);
    await handle.writeFile(bytes);
    await handle.sync();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    const reason = Error.isError(error) ? error.message : String(error);
    throw new ConfigError(`The evening stays where it is, for its file cannot be written: ${reason}`, {
      cause: error,
    });
  }
  // The name too: without it a power cut could leave the rows deleted and the file without a name.
  await using directory = await open(folder);
  await directory.sync();
  return { file, path, sha256 };
}

/**
 * Renames the files of an evening whose archiving was cut off before its rows were deleted: the evening may have changed
 * since, and restoring such a file beside the right one would bring back what was. Returns their names.
 * @param archived the names of the files that the trail knows
 */
export async function setAsideSpare(
  folder: string,
  date: CampusDate,
  archived: ReadonlySet<string>,
): Promise<string[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${date}-`) && name.endsWith('.ndjson.gz') && !archived.has(name),
  );
  for (const name of names) await rename(join(folder, name), join(folder, `${name}.spare`));
  return names;
}

/** An evening as its file has it. */
export interface ReadFile {
  readonly heading: Heading;
  readonly sha256: string;
  /** The highest `audit_id` in it, 0 for none. */
  readonly newestRecord: number;
  /** The rows of each table, as JSON. */
  readonly rows: Readonly<Record<(typeof TABLES)[number], readonly string[]>>;
}

/** Reads the file of an evening. @throws {ConfigError} if it is no such file, or not whole. */
export async function readEveningFile(path: string): Promise<ReadFile> {
  const bytes = await readFile(path).catch((error: Error) => refuse(path, error.message));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [, digits] = /-([0-9a-f]{16})\.ndjson\.gz$/.exec(basename(path)) ?? [];
  if (digits === undefined) return refuse(path, 'the name is not that of an archive, YYYY-MM-DD-….ndjson.gz');
  if (digits !== sha256.slice(0, DIGITS)) return refuse(path, 'the checksum is not the one in its name');
  const text = await promisify(gunzip)(bytes).catch((error: Error) => refuse(path, error.message));
  const [first = '', ...lines] = String(text).trimEnd().split('\n');
  const heading = headingOf(first);
  if (!Check(Heading, heading)) return refuse(path, `it begins with ${first.slice(0, 80)}`);
  const rowsOf = (table: string) =>
    lines
      .filter((line) => line.startsWith(`{"${table}":`))
      .map((line) => line.slice(table.length + '{"":'.length, -1));
  const rows = { patrols: rowsOf('patrols'), entries: rowsOf('entries'), records: rowsOf('records') };
  if (TABLES.some((table) => rows[table].length !== heading.archive[table])) {
    return refuse(path, 'it has other numbers of rows than its first line says');
  }
  // They are in the order of their ids.
  const newestRecord: number = JSON.parse(rows.records.at(-1) ?? '{"audit_id":0}').audit_id;
  return { heading: heading.archive, sha256, newestRecord, rows };
}

/** Returns what a line of JSON says; null if it is none. */
function headingOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller refuses it, and shows the line.
    return null;
  }
}

function refuse(path: string, reason: string): never {
  throw new ConfigError(`${path} cannot be restored: ${reason}`);
}
