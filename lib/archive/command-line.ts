import { parseArgs } from 'node:util';
import { DateTime } from 'luxon';
import { Check } from 'typebox/schema';
import { CampusDate } from '../campus-types.ts';
import { ConfigError } from '../config.ts';

export const USAGE = `npm run archive -- (--before <YYYY-MM-DD> | --months <N>) (--to <folder> | --discard) [--unfinished]
npm run archive -- --restore <file>…
(in the image: node lib/bin/archive.js …)

Takes old evenings out of the database: patrols, entries, and their records of the audit trail, oldest first.

  --before <YYYY-MM-DD>  evenings before this one; it must be 31 days ago or longer
  --months <N>           evenings that are more than N months ago (by UTC), 1 to 1200
  --to <folder>          writes one file for each evening there (<date>-<checksum>.ndjson.gz, mode 0600; the folder is made
                         if it is missing) before anything of it is deleted
  --discard              writes no files: what is deleted is gone
  --unfinished           takes patrols too that were not handed in; otherwise they stay
  --restore <file>…      puts evenings back from their files
  --help                 prints this

It may run while the service does, be stopped at any time (Ctrl-C ends after the evening it is at), and be run again.
The files hold personal data of minors, and \`npm run erase-person\` does not reach them: keep them where few may read them,
and no longer than the law lets you.
`;

/** What the command was asked to do. */
export type Command =
  | { readonly does: 'restore'; readonly files: readonly string[] }
  | {
      readonly does: 'archive';
      readonly before: CampusDate;
      readonly folder: string | null;
      readonly withUnfinished: boolean;
    };

/** How long an evening stays at least: a date that was typed wrong must not take what is still looked at. */
const LEAST_AGE = { days: 31 };
const MOST_MONTHS = 1200;

const OPTIONS = {
  before: { type: 'string' },
  months: { type: 'string' },
  to: { type: 'string' },
  discard: { type: 'boolean' },
  unfinished: { type: 'boolean' },
  restore: { type: 'boolean' },
} as const;

/** Returns what the arguments ask for. It cannot be undone: @throws {ConfigError} if they are unclear. */
export function parseCommand(args: readonly string[], now: Date): Command {
  const { values, positionals } = parsed(args);
  const { before, months, to, discard, unfinished, restore } = values;
  if (restore) {
    if (Object.keys(values).length > 1) return refuse('--restore takes files and no other option');
    if (positionals.length === 0) return refuse('--restore wants files');
    return { does: 'restore', files: positionals };
  }
  if (positionals.length > 0) return refuse(`what is ${positionals[0]}?`);
  if ((before === undefined) === (months === undefined)) return refuse('one of --before and --months');
  if ((to === undefined) === (discard === undefined)) return refuse('one of --to and --discard');
  if (to?.trim() === '') return refuse('--to wants a folder');
  const withUnfinished = unfinished === true;
  const date = before === undefined ? monthsAgo(months ?? '', now) : dateOf(before, now);
  return { does: 'archive', before: date, folder: to ?? null, withUnfinished };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse(Error.isError(error) ? error.message : String(error));
  }
}

function dateOf(text: string, now: Date): CampusDate {
  const latest = DateTime.fromJSDate(now, { zone: 'utc' }).minus(LEAST_AGE).toFormat('yyyy-MM-dd');
  if (!Check(CampusDate, text)) return refuse(`--before wants a date, YYYY-MM-DD, not "${text}"`);
  return text <= latest ? text : refuse(`--before must be ${latest} or earlier, not ${text}`);
}

function monthsAgo(text: string, now: Date): CampusDate {
  const months = Number(text);
  if (!/^\d+$/.test(text) || months < 1 || months > MOST_MONTHS)
    return refuse(`--months wants a whole number from 1 to ${MOST_MONTHS}, not "${text}"`);
  // Luxon writes a date as CampusDate is written; a month of 28 days is still a month.
  return DateTime.fromJSDate(now, { zone: 'utc' }).minus({ months }).toFormat('yyyy-MM-dd') as CampusDate;
}

function refuse(reason: string): never {
  throw new ConfigError(`${reason}\n\n${USAGE}`);
}
