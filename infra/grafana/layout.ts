import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardBuilder, type Panel, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** How many columns Grafana's grid has. */
export const COLUMNS = 24;

/** A titled row of a dashboard. Its panels are laid from left to right; widths that add up to 24 make a line. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

/** Lays rows onto a dashboard, and numbers rows and panels in their order. */
export function layOut(dashboard: DashboardBuilder, rows: readonly Row[]): DashboardBuilder {
  let id = 0;
  for (const { title, panels } of rows) {
    id += 1;
    dashboard.withRow(new RowBuilder(title).id(id));
    for (const panel of panels) {
      id += 1;
      const built = panel.build();
      // The SDK writes into it where the panel lies: one of several dashboards must not keep its place in the first.
      const numbered = { ...built, id, ...(built.gridPos && { gridPos: { ...built.gridPos } }) };
      dashboard.withPanel({ build: () => numbered });
    }
  }
  return dashboard;
}
