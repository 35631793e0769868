import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { Reach } from '../auth/reach.ts';
import type { Place } from '../campus-types.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { type Campus, entrancesOf, isAt } from './campus.ts';
import { type CoveredMinor, coverageOf } from './coverage.ts';
import { isEveningOn, tonight } from './evening.ts';
import { labelsOf } from './patrol-metrics.ts';
import type { PatrolStore } from './patrol-store.ts';

export interface CoverageMetricsOptions {
  readonly meter: Meter;
  readonly log: Logger;
  readonly campusMinors: { all(): Promise<readonly CoveredMinor[]> };
  readonly patrols: Pick<PatrolStore, 'listsOf'>;
  readonly clock: () => Date;
  readonly campus: Campus;
}

/** Anybody may scrape, and each time auth-service is asked for everybody (docs/contract.md, *Coverage*). */
const ASK_EVERY_MS = 60_000;
/** As long as the same scrape waits for the readiness checks. What comes later is for the next one. */
const WAIT_MS = 2000;

/**
 * Observes at each scrape who is on no list, entrance by entrance. In the evening that is asked for at most once a
 * minute, and the figures stay between and after a failure; outside it nothing is asked, and all are zero.
 */
export function observeCoverage(options: CoverageMetricsOptions): void {
  const { meter, clock, campus } = options;
  const gauges: Gauges = {
    withoutPatrol: meter.createObservableGauge('patrol.entrances.without_patrol', {
      description: '1 for an entrance without a patrol in the evening that is on',
      unit: '{entrance}',
    }),
    onNoList: meter.createObservableGauge('patrol.minors.on_no_list', {
      description: 'Minors who are on no list of the evening that is on',
      unit: '{minor}',
    }),
    time: meter.createObservableGauge('patrol.coverage.timestamp', {
      description:
        'When both were last so: when they were asked for, or outside the evening the scrape itself',
      unit: 's',
    }),
  };
  const none = entrancesOf(campus.buildings).map((place) => ({ place, withoutPatrol: 0, onNoList: 0 }));
  let latest: Figures | undefined;
  let attemptedMs = Number.NEGATIVE_INFINITY;
  meter.addBatchObservableCallback(async (result) => {
    const now = clock();
    if (!isEveningOn(now, campus)) latest = { at: now, entrances: none };
    // Of the distance: a clock that was set back must not end the asking.
    else if (Math.abs(now.getTime() - attemptedMs) >= ASK_EVERY_MS) {
      attemptedMs = now.getTime();
      const asking = askOrWarn(options, now).then((figures) => {
        latest = figures ?? latest;
      });
      await waitAtMost(WAIT_MS, asking);
    }
    if (latest) observeFigures(result, gauges, latest);
  }, Object.values(gauges));
}

type Gauges = Readonly<Record<'withoutPatrol' | 'onNoList' | 'time', Observable>>;

interface EntranceFigures {
  readonly place: Place;
  readonly withoutPatrol: number;
  readonly onNoList: number;
}

/** What was so at a moment. */
interface Figures {
  readonly at: Date;
  readonly entrances: readonly EntranceFigures[];
}

/** Returns the figures of now, or null, with a warning. Not the scrape's own work: it outlives a scraper who leaves. */
function askOrWarn(options: CoverageMetricsOptions, now: Date): Promise<Figures | null> {
  return outsideRequests(() =>
    askFor(options, now).catch((error: unknown) => {
      options.log.warn({ err: error }, 'who is on no list could not be found out');
      return null;
    }),
  );
}

async function askFor(
  { campusMinors, patrols, campus }: CoverageMetricsOptions,
  now: Date,
): Promise<Figures> {
  const date = tonight(now, campus.timezone);
  const wholeCampus = Reach.of(['admin'], null);
  const [minors, listed] = await Promise.all([campusMinors.all(), patrols.listsOf(wholeCampus, date)]);
  const places = entrancesOf(campus.buildings);
  const coverage = coverageOf({ date, places, minors, patrols: listed });
  return {
    at: now,
    entrances: places.map((place) => ({
      place,
      withoutPatrol: coverage.places.some((one) => isAt(one, place) && one.patrol_id === null) ? 1 : 0,
      onNoList: coverage.on_no_list.filter((minor) => isAt(minor, place)).length,
    })),
  };
}

function observeFigures(result: BatchObservableResult, gauges: Gauges, { at, entrances }: Figures): void {
  for (const { place, withoutPatrol, onNoList } of entrances) {
    result.observe(gauges.withoutPatrol, withoutPatrol, labelsOf(place));
    result.observe(gauges.onNoList, onNoList, labelsOf(place));
  }
  result.observe(gauges.time, at.getTime() / 1000);
}
