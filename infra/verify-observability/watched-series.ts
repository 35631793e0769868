import { parser } from '@prometheus-io/lezer-promql';

/** What a rule looks at: a metric, and the labels without which the rule could never say anything. */
export interface WatchedSeries {
  readonly metric: string;
  readonly labels: readonly string[];
}

/**
 * Gives what a PromQL expression looks at. An alert on a metric or label that does not exist is silent for ever, and
 * looks just like one that has nothing to say.
 */
export function watchedSeries(query: string): WatchedSeries[] {
  const selectors: { metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  const text = ({ from, to }: { from: number; to: number }): string => query.slice(from, to);
  parser.parse(query).iterate({
    enter({ name, node }) {
      if (name === 'VectorSelector') {
        const metric = node.getChild('Identifier');
        if (!metric) throw new Error(`a selector without a metric: ${text(node)}`);
        const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
        const labels = matchers.flatMap((matcher) => matcher.getChildren('LabelName')).map(text);
        selectors.push({ metric: text(metric), labels });
      }
      if (name === 'GroupingLabels') grouping.push(...node.getChildren('LabelName').map(text));
    },
  });
  return selectors.map(({ metric, labels }) => ({
    metric,
    labels: [...new Set([...labels, ...grouping])],
  }));
}
