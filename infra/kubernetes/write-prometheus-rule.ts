/** `npm run kubernetes:rules`: writes the alert rules anew for the Prometheus operator. */
import { writeFile } from 'node:fs/promises';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { PROMETHEUS_RULE, prometheusRule } from './prometheus-rule.ts';

takeNoArguments(`npm run kubernetes:rules
Writes the alert rules of infra/prometheus anew for the Prometheus operator.`);

await writeFile(PROMETHEUS_RULE, await prometheusRule());
