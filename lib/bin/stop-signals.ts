/**
 * Signals that ask for a stop: from an orchestrator, Ctrl-C and Ctrl-\\, a closed terminal, and all others that would end
 * the process at once. SIGUSR1 belongs to Node (`--disable-sigusr1`), SIGUSR2 to the log's level (level-signal.ts).
 */
const SIGNALS = [
  ...(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const),
  ...(['SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGPWR', 'SIGIO'] as const),
];

/** Signals within these milliseconds are one stop: npm and systemd forward what a process group was sent. */
const SAME_STOP_MS = 1000;

/** Calls `stop` on the first signal. A later one exits with 1 at once: close-with-grace 2.5.0 takes npm's copy for one. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let askedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      stop(signal);
    } else if (performance.now() - askedAt > SAME_STOP_MS) process.exit(1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
}
