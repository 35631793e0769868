/**
 * What asks for a stop: an orchestrator, Ctrl-C and Ctrl-\\, a terminal that is closed, and whatever else would end a
 * process at once. SIGUSR1 is Node's own (`--disable-sigusr1`).
 */
const SIGNALS = [
  ...(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const),
  ...(['SIGUSR2', 'SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGPWR', 'SIGIO'] as const),
];

/**
 * Signals that come so soon after the first, in milliseconds, ask for the same stop: npm and systemd pass on what a whole
 * group of processes was sent.
 */
const SAME_STOP_MS = 1000;

/** Has the process stop when it is asked to, once; who asks again later does not want to wait, and ends it with 1. */
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
