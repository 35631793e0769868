import { parser as logql } from '@grafana/lezer-logql';
import { parser as promql } from '@prometheus-io/lezer-promql';
import type { PanelQuery } from './dashboard-json.ts';
import { filledIn, OPENING_VALUES } from './template-variables.ts';

const PARSERS = { prometheus: promql, loki: logql };

/** Gives what is wrong with the syntax of queries, by the grammars that Grafana's own editors use. */
export function syntaxFaults(queries: readonly PanelQuery[]): string[] {
  return queries.flatMap(({ place, expr, datasource }) => {
    const language = datasource === 'loki' ? 'loki' : 'prometheus';
    const query = filledIn(expr, OPENING_VALUES);
    const where = query.trim() === '' ? 'an empty query' : errorIn(language, query);
    return where === null ? [] : [`${place}: ${where}`];
  });
}

function errorIn(language: keyof typeof PARSERS, query: string): string | null {
  let found: string | null = null;
  PARSERS[language].parse(query).iterate({
    enter(node) {
      if (node.type.isError) found ??= `does not parse at "${query.slice(node.from, node.from + 30)}"`;
    },
  });
  return found;
}
