/** A series and its samples, one of them where a moment was asked for. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Never empty. */
  readonly values: readonly number[];
}

export interface Target {
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  /** ISO 8601. */
  readonly lastScrape: string;
}

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  /** Of an alert: inactive, pending, firing. */
  readonly state?: string;
}

/** What is asked of Prometheus's HTTP API. Every method throws what Prometheus says when it refuses. */
export interface PrometheusApi {
  query(expr: string): Promise<Series[]>;
  /** Over the seconds up to now, a second a step. */
  queryRange(expr: string, seconds: number): Promise<Series[]>;
  targets(): Promise<Target[]>;
  rules(): Promise<Rule[]>;
}

type Sample = readonly [time: number, value: string];

interface Result {
  readonly resultType: string;
  readonly result: readonly {
    readonly metric: Record<string, string>;
    readonly value?: Sample;
    readonly values?: readonly Sample[];
  }[];
}

/** Gives the API of the Prometheus at an address. */
export function prometheusApi(url: string): PrometheusApi {
  async function ask<Data>(path: string, parameters: Record<string, string> = {}): Promise<Data> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, error, data }: { status: string; error?: string; data: Data } = JSON.parse(
      await answer.text(),
    );
    if (status !== 'success') throw new Error(error ?? `${path} answered ${answer.status}`);
    return data;
  }
  return {
    query: async (query) => seriesOf(await ask<Result>('query', { query })),
    async queryRange(query, seconds) {
      const end = Date.now() / 1000;
      const range = { start: String(end - seconds), end: String(end), step: '1' };
      return seriesOf(await ask<Result>('query_range', { query, ...range }));
    },
    async targets() {
      const { activeTargets } = await ask<{ activeTargets: Target[] }>('targets');
      return activeTargets;
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: Rule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
  };
}

function seriesOf({ resultType, result }: Result): Series[] {
  // Every query of a panel or an alert gives series; a bare number would be a fault of its own.
  if (resultType !== 'vector' && resultType !== 'matrix') throw new Error(`gives a ${resultType}`);
  return result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value ? [value] : [])).map(([, text]) => Number(text)),
  }));
}

/** Whether there is anything to look at: a NaN is a sample, but no figure. */
export function isFigure({ values }: Series): boolean {
  return values.some(Number.isFinite);
}
