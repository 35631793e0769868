import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

/** Where the rules are for the Prometheus operator. */
export const PROMETHEUS_RULE = fileURLToPath(
  new URL('components/monitoring/prometheus-rule.yaml', import.meta.url),
);

const SOURCES = ['recording.yaml', 'alerts.yaml'];

interface RuleFile {
  readonly groups: readonly unknown[];
}

/** Gives the rules of infra/prometheus as the object that the Prometheus operator takes: written once, read twice. */
export async function prometheusRule(): Promise<string> {
  const files = await Promise.all(
    SOURCES.map((file) => readFile(new URL(`../prometheus/${file}`, import.meta.url), 'utf8')),
  );
  const groups = files.flatMap((text) => {
    const { groups: ofFile }: RuleFile = parse(text);
    return ofFile;
  });
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'patrol-service' },
    spec: { groups },
  };
  return `# Written by npm run kubernetes:rules from infra/prometheus; not by hand.\n${stringify(object, { lineWidth: 120 })}`;
}
