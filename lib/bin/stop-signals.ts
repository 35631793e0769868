/** Signals that ask for a stop: from an orchestrator, Ctrl-C, a closed terminal. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Signals within these milliseconds are one stop: npm and systemd forward what a process group was sent. */
const SAME_STOP_MS = 1000;

/** Calls `stop` on the first signal. A later one exits with 1 at once. */
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
