/**
 * Lines were dropped or pushes fail or, if `recovered`, Loki takes lines again. `dropped` counts since the last report;
 * `reason` (`status 503`, `timeout`) has no part of the URL.
 */
export type LokiReport = { readonly recovered: boolean; readonly dropped: number; readonly reason: string };

export type Tally = ReturnType<typeof createTally>;

/** Creates the counts. Reports trouble at once, but once in `everyMs` at most, and the recovery of reported trouble. */
export function createTally(onReport: (report: LokiReport) => void, everyMs: number) {
  const total = { pushed: 0, dropped: 0 };
  let trouble: 'none' | 'new' | 'reported' = 'none';
  let reason = '';
  let unreported = 0;
  let owesRecovery = false;
  let timer: NodeJS.Timeout | undefined;
  const send = (recovered: boolean) => {
    onReport({ recovered, dropped: unreported, reason });
    unreported = 0;
  };
  const report = () => {
    clearTimeout(timer);
    timer = undefined;
    if (unreported === 0 && trouble !== 'new') return;
    if (trouble === 'new') trouble = 'reported';
    owesRecovery = true;
    timer = setTimeout(report, everyMs).unref();
    send(false);
  };
  const reportSoon = () => {
    // By a timer even at once: the writer does not wait, and a burst is one report.
    timer ??= setTimeout(report, 0).unref();
  };
  return {
    total,
    report,
    lost(lines: number, why: string) {
      if (lines === 0) return;
      total.dropped += lines;
      unreported += lines;
      // Lines dropped while pushes fail have the pushes' reason.
      if (trouble === 'none') reason = why;
      reportSoon();
    },
    failed(why: string) {
      if (trouble === 'none') trouble = 'new';
      reason = why;
      reportSoon();
    },
    taken(lines: number) {
      total.pushed += lines;
      if (trouble !== 'none' && owesRecovery) send(true);
      trouble = 'none';
      owesRecovery = false;
    },
  };
}
