import type { Checklist } from './checklist.ts';
import { run } from './child-process.ts';
import { dashboardFaults } from './dashboard-faults.ts';
import {
  committedDashboards,
  linkedQueriesOf,
  type PanelQuery,
  panelsOf,
  provisionedDatasources,
  queriesOf,
} from './dashboard-json.ts';
import { PROMETHEUS_FOLDER } from './prometheus-server.ts';
import { syntaxFaults } from './query-syntax.ts';

const RULES = ['recording.yaml', 'alerts.yaml'];
const RULE_TESTS = ['alerts.test.yaml', 'parts-alerts.test.yaml', 'campus-alerts.test.yaml'];

/** Gives every query of every dashboard: those of the panels, and those of links into the log. */
export function allQueries(): { panels: PanelQuery[]; links: PanelQuery[] } {
  const dashboards = [...committedDashboards()];
  return {
    panels: dashboards.flatMap(([file, dashboard]) => queriesOf(file, dashboard)),
    links: dashboards.flatMap(([file, dashboard]) => linkedQueriesOf(file, dashboard)),
  };
}

/** What can be said without running anything but promtool. */
export async function checkFiles(checklist: Checklist): Promise<void> {
  const promtool = (args: readonly string[]) => run('promtool', args, PROMETHEUS_FOLDER);
  await checklist.check('promtool check config', async () => {
    await promtool(['check', 'config', 'prometheus.yaml']);
    return { seen: 'prometheus.yaml and its rule files are valid', faults: [] };
  });
  await checklist.check('promtool check rules', async () => {
    await promtool(['check', 'rules', ...RULES]);
    return { seen: RULES.join(', '), faults: [] };
  });
  await checklist.check('promtool test rules', async () => {
    // Side by side: each simulates hours.
    await Promise.all(RULE_TESTS.map((file) => promtool(['test', 'rules', file])));
    return { seen: RULE_TESTS.join(', '), faults: [] };
  });
  await checklist.check('queries parse', () => {
    const { panels, links } = allQueries();
    const seen = `${panels.length} queries of panels, ${links.length} of links into the log`;
    return { seen, faults: syntaxFaults([...panels, ...links]) };
  });
  await checklist.check('dashboards as Grafana wants them', () => {
    const dashboards = committedDashboards();
    const datasources = provisionedDatasources();
    const uids = new Set([...dashboards.values()].map(({ uid = '' }) => uid));
    const faults = [...dashboards].flatMap(([file, dashboard]) =>
      dashboardFaults(dashboard, { datasources, dashboards: uids }).map((fault) => `${file}: ${fault}`),
    );
    const panels = [...dashboards.values()].flatMap((dashboard) => panelsOf(dashboard.panels));
    return { seen: `${dashboards.size} dashboards, ${panels.length} panels and rows`, faults };
  });
}
