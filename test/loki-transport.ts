import { afterEach, beforeEach } from '@jest/globals';
import { type LokiStandIn, startLokiStandIn } from '../infra/local/loki-stand-in.ts';
import { type Loki, type LokiLimits, openLoki } from '../lib/telemetry/loki/loki.ts';
import type { LokiReport } from '../lib/telemetry/loki/tally.ts';

export const labels = { service: 'patrol-service', environment: 'development' };
export const quick = { pushEveryMs: 20, retryMinMs: 20, retryMaxMs: 40 };

/** What each test of the transport has: a Loki of its own, what was said, and how to open the transport to it. */
export interface LokiTest {
  readonly standIn: LokiStandIn;
  readonly reports: readonly LokiReport[];
  open(limits?: Partial<LokiLimits>, url?: string): Loki;
}

/**
 * Starts a Loki before each test of a file; `use` is handed it. After the test stops what was opened to it and the Loki
 * that is there by then, which `current` gives: a test may have put another in its place.
 */
export function eachWithLoki(use: (given: LokiTest) => void, current: () => LokiStandIn): void {
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const standIn = await startLokiStandIn();
    const opened: Loki[] = [];
    const reports: LokiReport[] = [];
    use({
      standIn,
      reports,
      open(limits = quick, url = standIn.url) {
        const loki = openLoki({ url, labels, limits, onReport: (report) => reports.push(report) });
        opened.push(loki);
        return loki;
      },
    });
    stop = async () => {
      await Promise.all(opened.map((loki) => loki.close(0)));
      await current().stop();
    };
  });
  afterEach(() => stop());
}

export function line(text: string, { level = 'INFO', time = 1_700_000_000_000 } = {}): string {
  return `{"level":"${level}","time":${time},"service":"patrol-service","msg":"${text}"}\n`;
}

/** Writes lines 0, 1, 2, … and gives their texts as Loki should have them. */
export function writeLines(loki: Loki, count: number, from = 0): string[] {
  const lines = Array.from({ length: count }, (_, index) => line(`${from + index}`));
  for (const each of lines) loki.write(each);
  return lines.map((each) => each.trimEnd());
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
