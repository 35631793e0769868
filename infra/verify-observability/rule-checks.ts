import type { Checklist, Outcome } from './checklist.ts';
import { until } from './polling.ts';
import { isFigure, type PrometheusApi } from './prometheus-api.ts';
import { watchedSeries } from './watched-series.ts';

const EVALUATION_LIMIT_MS = 10_000;
const QUIET_LIMIT_MS = 10_000;

/**
 * Somebody is still to be checked after the load, nobody walks entrance 4, and coverage is a minute old; this run may be
 * at any hour.
 */
const MAY_FIRE = new Set(['PatrolStillUnchecked', 'EntranceWithoutPatrol', 'MinorOnNoList']);

/** Holds the alerts and recording rules against what Prometheus has of a healthy service. */
export async function checkRules(checklist: Checklist, api: PrometheusApi): Promise<void> {
  await checklist.check('every rule is healthy', () => healthyRules(api));
  await checklist.check('what the rules watch exists', () => existingSeries(api));
  await checklist.check('no alert fires', () => quietAlerts(api));
}

async function healthyRules(api: PrometheusApi): Promise<Outcome> {
  const rules = await until('every rule was evaluated', EVALUATION_LIMIT_MS, async () => {
    const found = await api.rules();
    return found.some(({ health }) => health === 'unknown') ? null : found;
  });
  const ill = rules.filter(({ health }) => health !== 'ok');
  const recorded = rules.filter(({ type }) => type === 'recording');
  const faults = await Promise.all(
    recorded.map(async ({ name }) =>
      (await api.query(name)).some(isFigure) ? [] : [`${name} records nothing`],
    ),
  );
  return {
    seen: `${rules.length - recorded.length} alerts, ${recorded.length} recording rules`,
    faults: [
      ...(rules.length === 0 ? ['there is none'] : []),
      ...ill.map(({ name, lastError }) => `${name}: ${lastError}`),
      ...faults.flat(),
    ],
  };
}

async function existingSeries(api: PrometheusApi): Promise<Outcome> {
  const watched = (await api.rules()).flatMap(({ name, query }) =>
    watchedSeries(query).map((series) => ({ name, ...series })),
  );
  const faults = await Promise.all(
    watched.map(async ({ name, metric, labels }) => {
      const selector = `${metric}{${labels.map((label) => `${label}!=""`).join(',')}}`;
      return (await api.query(selector)).length > 0 ? [] : [`${name}: there is no ${selector}`];
    }),
  );
  const metrics = new Set(watched.map(({ metric }) => metric));
  return { seen: `${metrics.size} metrics with the labels asked for`, faults: faults.flat() };
}

/** Stricter than Prometheus itself: an alert that only waits for its `for` counts too, unless it is over in a moment. */
async function quietAlerts(api: PrometheusApi): Promise<Outcome> {
  const alerts = (await api.rules()).filter(({ type }) => type === 'alerting');
  const ask = () =>
    Promise.all(alerts.map(async (alert) => ({ ...alert, now: await api.query(alert.query) })));
  const isLoud = ({ name, state, now }: Awaited<ReturnType<typeof ask>>[number]): boolean =>
    !MAY_FIRE.has(name) && (state === 'firing' || now.length > 0);
  const end = performance.now() + QUIET_LIMIT_MS;
  let answers = await ask();
  // Starting up may have kept the event loop busy a moment ago.
  while (answers.some(isLoud) && performance.now() < end) answers = await ask();
  const seen = answers.map(({ name, now }) => (now.length === 0 ? name : `${name} (${now.length} now)`));
  return {
    seen: seen.join(', '),
    faults: answers.filter(isLoud).map(({ name, now }) => `${name}: ${JSON.stringify(now)}`),
  };
}
