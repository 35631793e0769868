/**
 * `npm run verify:kubernetes`: every overlay rendered by kustomize, each object checked against its schema, and what no
 * schema knows. Wants `kubectl`, and no cluster. Ends with a table; exit code 1 if anything in it failed.
 */
import { readFile } from 'node:fs/promises';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { PROMETHEUS_RULE, prometheusRule } from '../kubernetes/prometheus-rule.ts';
import { createChecklist, reasonOf } from '../verify-observability/checklist.ts';
import { campusesApart } from './campuses.ts';
import { type Manifest, rendered, renderedWith } from './manifests.ts';
import { RULES } from './rules.ts';
import { checkSchema } from './schemas.ts';

takeNoArguments(`npm run verify:kubernetes
Renders and checks the manifests of each overlay, without a cluster.`);

const OVERLAYS: Readonly<Record<string, () => Promise<Manifest[]>>> = {
  production: () => rendered('production'),
  small: () => rendered('small'),
  knative: () => rendered('knative'),
  'campus-sirius': () => rendered('campus-sirius'),
  'campus-ural': () => rendered('campus-ural'),
  'production, external database': () => renderedWith('external-database', 'production'),
  'production, metrics port': () => renderedWith('metrics-port', 'production'),
};

const checklist = createChecklist();
for (const [overlay, render] of Object.entries(OVERLAYS)) {
  let manifests: readonly Manifest[] = [];
  await checklist.check(`${overlay}: rendered, and as the schemas have it`, async () => {
    manifests = await render();
    const faults = manifests.flatMap((manifest) => faultsOf(manifest));
    return { seen: manifests.map(({ kind }) => kind).join(' '), faults };
  });
  for (const [name, rule] of Object.entries(RULES)) {
    await checklist.check(`${overlay}: ${name}`, async () => ({ seen: '', faults: await rule(manifests) }));
  }
}
await checklist.check('two campuses in one cluster share no namespace and no settings', async () => {
  const campuses = await Promise.all(['campus-sirius', 'campus-ural'].map(rendered));
  const faults = campusesApart(campuses);
  return { seen: '', faults };
});
await checklist.check('the rules are those of infra/prometheus', async () => {
  const isFresh = (await readFile(PROMETHEUS_RULE, 'utf8')) === (await prometheusRule());
  return { seen: '', faults: isFresh ? [] : ['stale: npm run kubernetes:rules'] };
});
process.stdout.write(`${checklist.table()}\n`);
process.exitCode = checklist.hasFaults ? 1 : 0;

function faultsOf(manifest: Manifest): string[] {
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  try {
    return checkSchema(manifest).map((field) => `${name}: no schema knows ${field}`);
  } catch (error) {
    return [`${name}: ${reasonOf(error)}`];
  }
}
