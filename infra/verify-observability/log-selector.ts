import { parser } from '@grafana/lezer-logql';
import type { LokiStream } from '../local/loki-stand-in.ts';

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** The part of a LogQL query that can be tried without Loki: its stream selector. */
export interface LogSelector {
  /** Names of the labels that it asks for. */
  readonly labels: readonly string[];
  matches(labels: LokiStream['labels']): boolean;
}

/** Reads the selector out of a query, by Grafana's own grammar. */
export function selectorOf(query: string): LogSelector {
  const matchers: Matcher[] = [];
  let isInSelector = false;
  parser.parse(query).iterate({
    enter({ name, node, from, to }) {
      if (name === 'Selector') isInSelector = true;
      if (name !== 'Matcher' || !isInSelector) return;
      const [label, value] = [node.getChild('Identifier'), node.getChild('String')];
      if (!label || !value) throw new Error(`cannot read ${query.slice(from, to)}`);
      matchers.push({
        label: query.slice(label.from, label.to),
        operator: query.slice(label.to, value.from).trim(),
        value: query.slice(value.from + 1, value.to - 1),
      });
    },
    leave({ name }) {
      if (name === 'Selector') isInSelector = false;
    },
  });
  return {
    labels: matchers.map(({ label }) => label),
    matches: (labels) =>
      matchers.length > 0 && matchers.every((matcher) => isMatch(matcher, labels[matcher.label] ?? '')),
  };
}

/** A label that is not there is as an empty one; patterns are anchored at both ends. */
function isMatch({ operator, value }: Matcher, found: string): boolean {
  switch (operator) {
    case '=':
      return found === value;
    case '!=':
      return found !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`).test(found);
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(found);
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}
