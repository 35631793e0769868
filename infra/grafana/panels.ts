import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  MappingType,
  type Panel,
  SpecialValueMatch,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { LOKI, lokiQuery, PROMETHEUS, prometheusQueries, type Query } from './queries.ts';

/** What every panel says of itself. Width is in columns of 24, height in Grafana's grid units of 30 pixels. */
export interface PanelProps {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height?: number;
}

export interface MetricsPanelProps extends PanelProps {
  readonly queries: readonly Query[];
  /** Grafana's id of a unit, out of `@grafana/grafana-foundation-sdk/units`. */
  readonly unit?: string;
  readonly decimals?: number;
  readonly links?: readonly Builder<DashboardLink>[];
  /** Shown where nothing comes back. */
  readonly noValue?: string;
}

export interface StatProps extends MetricsPanelProps {
  readonly mappings?: readonly ValueMapping[];
  /** Colours by value, the first from minus infinity on; without them every value is green. */
  readonly colours?: readonly Colour[];
  /** The whole tile is coloured, to be seen from afar; without it, the number. */
  readonly isTile?: boolean;
  /** With the name of the series under its value. */
  readonly isNamed?: boolean;
}

export interface Colour {
  readonly from?: number;
  readonly colour: string;
}

const GREEN: readonly Colour[] = [{ colour: 'green' }];
const HEIGHT = 7;

/** A graph over time, from zero up. */
export function timeSeries(props: MetricsPanelProps): TimeSeriesBuilder {
  return dressed(
    new TimeSeriesBuilder()
      .min(0)
      .lineWidth(1)
      .fillOpacity(8)
      .showPoints(VisibilityMode.Never)
      .legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(true),
      )
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)),
    props,
  );
}

/** A graph over time whose series add up. */
export function stackedSeries(props: MetricsPanelProps): TimeSeriesBuilder {
  return timeSeries(props).stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(40);
}

/** The newest value of each series in large figures. */
export function stat({ mappings = [], colours = GREEN, isTile, isNamed, ...props }: StatProps): StatBuilder {
  return dressed(new StatBuilder(), props)
    .reduceOptions(newest())
    .graphMode(isTile ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .colorMode(isTile ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(isNamed ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .mappings([...mappings, NOTHING_TO_DIVIDE])
    .thresholds(thresholds(colours));
}

/** A bar for each series, as long as its newest value. */
export function bars({ colours = GREEN, ...props }: MetricsPanelProps & Pick<StatProps, 'colours'>) {
  return dressed(new BarGaugeBuilder(), props)
    .reduceOptions(newest())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .min(0)
    .thresholds(thresholds(colours));
}

/** Log lines, newest first, each with its time and its fields to unfold. */
export function logLines(props: PanelProps & { readonly logql: string }): LogsBuilder {
  return new LogsBuilder()
    .title(props.title)
    .description(props.description)
    .datasource(LOKI)
    .span(props.width)
    .height(props.height ?? HEIGHT)
    .withTarget(lokiQuery(props.logql))
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending);
}

/** What text and colour stand for a value. */
export function valueMapping(texts: Readonly<Record<string, { text: string; color: string }>>): ValueMapping {
  return { type: MappingType.ValueToText, options: texts };
}

/** Colours from given values on. */
export function thresholds(colours: readonly Colour[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(colours.map(({ from = null, colour }) => ({ value: from, color: colour })));
}

/** What the SDK's builders of panels with metrics have in common. */
interface MetricsPanelBuilder extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: typeof PROMETHEUS): this;
  span(width: number): this;
  height(height: number): this;
  targets(targets: ReturnType<typeof prometheusQueries>): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  dataLinks(links: Builder<DashboardLink>[]): this;
  noValue(noValue: string): this;
}

/** Puts on a panel what every panel with metrics has. */
export function dressed<PanelBuilder extends MetricsPanelBuilder>(
  panel: PanelBuilder,
  { title, description, width, height = HEIGHT, queries, unit, decimals, links, noValue }: MetricsPanelProps,
): PanelBuilder {
  panel.title(title).description(description).datasource(PROMETHEUS).span(width).height(height);
  panel.targets(prometheusQueries(queries));
  if (unit !== undefined) panel.unit(unit);
  if (decimals !== undefined) panel.decimals(decimals);
  if (links) panel.dataLinks([...links]);
  if (noValue !== undefined) panel.noValue(noValue);
  return panel;
}

/** A ratio or a quantile of no requests at all is NaN: a dash says that better than a word for a broken number. */
const NOTHING_TO_DIVIDE: ValueMapping = {
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NullAndNan, result: { text: '—', color: 'text' } },
};

function newest(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
}
