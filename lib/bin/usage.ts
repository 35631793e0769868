/** Prints what a command does and takes, and ends the process, where `--help` is among its arguments. */
export function endWithUsage(usage: string): void {
  if (!process.argv.slice(2).includes('--help')) return;
  process.stdout.write(`${usage.trim()}\n`);
  process.exit(0);
}

/** As `endWithUsage`, for a command that takes no arguments: with one that is no `--help` it ends with 1. */
export function takeNoArguments(usage: string): void {
  endWithUsage(usage);
  const [first] = process.argv.slice(2);
  if (first === undefined) return;
  process.stderr.write(`${first}: this takes no arguments\n\n${usage.trim()}\n`);
  process.exit(1);
}
