import { mkdir } from 'node:fs/promises';
import { type Archived, archiveEvenings, type Counts } from '../archive/archive.ts';
import { type Command, parseCommand, USAGE } from '../archive/command-line.ts';
import { restoreEvenings } from '../archive/restore.ts';
import { ConfigError } from '../config.ts';
import { type DatabaseCommand, openDatabaseCommand } from './database-command.ts';
import { exitWith } from './start-failure.ts';
import { onStopSignal } from './stop-signals.ts';
import { endWithUsage } from './usage.ts';

endWithUsage(USAGE);

/** `npm run archive`: takes old evenings out of the database, into files or for good, and puts them back. */
async function main(args: readonly string[]): Promise<void> {
  const command = parseCommand(args, new Date());
  const { explain, ...database } = openDatabaseCommand(process.env);
  const done = command.does === 'restore' ? restore(command.files, database) : archive(command, database);
  await done.catch(explain);
}

type Options = Omit<DatabaseCommand, 'explain'>;

async function archive(
  { before, folder, withUnfinished }: Extract<Command, { does: 'archive' }>,
  options: Options,
): Promise<void> {
  if (folder !== null) {
    // Only its owner may look into it.
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
      throw new ConfigError(`--to ${folder}: ${error.message}`);
    });
  }
  let isStopped = false;
  onStopSignal(() => {
    isStopped = true;
    say('stopping after this evening');
  });
  const archived = await archiveEvenings({
    ...options,
    ...{ before, folder, withUnfinished },
    onEvening: (date, counts) => say(`${date}: ${sentenceOf(counts)}`),
    isStopped: () => isStopped,
  });
  say(summaryOf(archived, before, folder));
  // It is not done: whoever runs it in a script has to know.
  if (archived.wasStopped) process.exit(1);
  // Signals are listened to, which would keep the process.
  process.exit(0);
}

async function restore(files: readonly string[], options: Options): Promise<void> {
  await restoreEvenings({
    ...options,
    files,
    onFile: (path, counts) => say(`${path}: restored ${sentenceOf(counts)}`),
  });
}

function summaryOf(
  { evenings, unfinished, wasStopped, ...counts }: Archived,
  before: string,
  folder: string | null,
): string {
  const where = folder === null ? 'deleted for good' : `archived to ${folder}`;
  return [
    `${wasStopped ? 'stopped; run it again to go on. ' : ''}evenings ${evenings} (${sentenceOf(counts)}) before ${before} ${where}`,
    ...(unfinished.patrols > 0
      ? [
          `not handed in, and still there: patrols ${unfinished.patrols}, from ${unfinished.since} on (--unfinished takes them too)`,
        ]
      : []),
    ...(folder !== null && evenings > 0
      ? ['the files hold personal data of minors: erasing a person (152-FZ) does not reach them']
      : []),
  ].join('\n');
}

function sentenceOf({ patrols, entries, records }: Counts): string {
  return `patrols ${patrols}, entries ${entries}, records of the trail ${records}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch(exitWith);
