/** `$name`, `${name}` and `${name:format}`; names of Grafana's own may have dots. */
const VARIABLE = /\$\{([\w.]+)(?::\w+)?\}|\$(\w+)/g;

/** What Grafana itself puts in: for these no variable needs to be declared. */
const OF_GRAFANA =
  /^__(rate_interval|interval|range|auto|from|to|url_time_range|all_variables|(field|value)(\.\w+)+)$/;

/** Gives the names of the variables that a text needs the dashboard to declare. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map(([, braced, bare]) => braced ?? bare ?? '')
    .filter((name) => !OF_GRAFANA.test(name));
}

/** What stands for each variable when a query is tried without Grafana. */
export type Values = Readonly<Record<string, string>>;

/** The values that a dashboard opens with: every instance, no trace id; windows as at the project's scrape interval. */
export const OPENING_VALUES: Values = {
  instance: '.*',
  trace_id: '',
  __rate_interval: '1m',
  __auto: '1m',
  __interval: '15s',
  __range: '1h',
};

/** Fills in a query's variables; what a link takes from the point clicked becomes a word. */
export function filledIn(text: string, values: Values): string {
  return text.replace(VARIABLE, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return values[name] ?? (/^__(field|value)\./.test(name) ? 'clicked' : whole);
  });
}
