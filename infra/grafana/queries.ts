import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQueryBuilder,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus';

/** The datasources: each dashboard has a variable for those that it asks, so that any Grafana can import it. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Grafana fills it in
export const PROMETHEUS = { type: 'prometheus', uid: '${prometheus}' } as const;
export const LOKI = { type: 'loki', uid: '${loki}' } as const;
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Grafana fills it in

/** Returns the variable by which one chooses a datasource; at first it is Grafana's first of its type. */
export function datasourceVariable({ type }: typeof PROMETHEUS | typeof LOKI): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder(type).label(type === 'loki' ? 'Loki' : 'Prometheus').type(type);
}

/** The window of every rate: as long as Grafana finds right for the scrape interval and the zoom. */
export const WINDOW = '[$__rate_interval]';

/** What a panel asks Prometheus. */
export interface Query {
  readonly expr: string;
  /** How a series is called, e.g. `{{operation}}`. */
  readonly legend: string;
  /** Asked for one moment, the end of the time range; without it, for the whole range. */
  readonly instant?: boolean;
  /** Rows of a table, a label a column. */
  readonly asTable?: boolean;
}

/** Returns the queries of a panel as Grafana keeps them, named A to Z, AA, AB and so on in their order. */
export function prometheusQueries(queries: readonly Query[]): PrometheusQueryBuilder[] {
  return queries.map(({ expr, legend, instant = false, asTable = false }, index) => {
    const query = new PrometheusQueryBuilder()
      .refId(refIdOf(index))
      .datasource(PROMETHEUS)
      .expr(expr)
      .legendFormat(legend)
      .format(asTable ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
    return instant ? query.instant() : query.range();
  });
}

/** Gives a LogQL query as Grafana keeps it. */
export function lokiQuery(expr: string, legend = ''): LokiQueryBuilder {
  return new LokiQueryBuilder()
    .refId('A')
    .datasource(LOKI)
    .queryType('range')
    .expr(expr)
    .legendFormat(legend);
}

/** Gives the quantile of a duration, by the labels named; `buckets` are rates of `_bucket` series. */
export function quantile(q: number, buckets: string, by: readonly string[] = []): string {
  return `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (${buckets}))`;
}

function refIdOf(index: number): string {
  const letters = 26;
  const before = index < letters ? '' : refIdOf(Math.floor(index / letters) - 1);
  return before + String.fromCharCode('A'.charCodeAt(0) + (index % letters));
}
