import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardLink, DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { LOKI } from './queries.ts';

/** Leads from a point of a graph to the log lines of the time range in view that a LogQL query picks. */
export function linesLink(title: string, logql: string): Builder<DashboardLink> {
  const pane = {
    datasource: LOKI.uid,
    queries: [{ refId: 'A', datasource: LOKI, expr: logql, queryType: 'range' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    range: { from: '${__from}', to: '${__to}' },
  };
  const panes = encodedAroundVariables(JSON.stringify({ lines: pane }));
  return new DashboardLinkBuilder(title).url(`/explore?schemaVersion=1&orgId=1&panes=${panes}`);
}

/** Leads to another dashboard, with the time range and the datasources in view. */
export function dashboardLink(title: string, uid: string): Builder<DashboardLink> {
  const link = new DashboardLinkBuilder(title)
    .url(`/d/${uid}`)
    .icon('dashboard')
    .keepTime(true)
    .includeVars(true);
  return {
    build() {
      // The SDK puts links into a menu by default; left out, they are buttons at the top.
      const { placement: _menu, ...visible } = link.build();
      return visible;
    },
  };
}

/** Grafana fills in `${…}` before anybody reads the address, and must find them as they are. */
function encodedAroundVariables(text: string): string {
  return text
    .split(/(\$\{[^}]+\})/)
    .map((part) => (part.startsWith('${') ? part : encodeURIComponent(part)))
    .join('');
}
