import { type Adoption, adoptDatabase } from '../adoption/adopt.ts';
import { openDatabaseCommand } from './database-command.ts';
import { exitWith } from './start-failure.ts';
import { takeNoArguments } from './usage.ts';

takeNoArguments(`npm run adopt
Takes over the database of the service that this one replaces, once: docs/operations/adoption.md.`);

/** `npm run adopt`: adopts the database of the replaced service, once, and prints what became of its rows. */
async function main(): Promise<void> {
  const { explain, ...database } = openDatabaseCommand(process.env);
  const adoption = await adoptDatabase(database).catch(explain);
  process.stdout.write(`${sentenceOf(adoption)}\n`);
}

function sentenceOf({ patrols, entries, changes }: Adoption): string {
  const reasons = changes.reasons.map(({ reason, rows }) => `${reason} ${rows}`).join(', ');
  const changed = reasons ? `${changes.rows} (${reasons})` : changes.rows;
  return `adopted: patrols ${patrols}, entries ${entries}; rows changed: ${changed}`;
}

main().catch(exitWith);
