/** Prints what a command does and takes, and ends the process, where `--help` is among its arguments. */
export function endWithUsage(usage: string): void {
  if (!process.argv.slice(2).includes('--help')) return;
  process.stdout.write(`${usage.trim()}\n`);
  process.exit(0);
}
