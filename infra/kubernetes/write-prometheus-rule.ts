/** `npm run kubernetes:rules`: writes the alert rules anew for the Prometheus operator. */
import { writeFile } from 'node:fs/promises';
import { PROMETHEUS_RULE, prometheusRule } from './prometheus-rule.ts';

await writeFile(PROMETHEUS_RULE, await prometheusRule());
