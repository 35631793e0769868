/**
 * `npm run dashboards`: writes the dashboards as Grafana reads them, for the campus of CAMPUS_BUILDINGS. What is committed
 * is that of the default one.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { buildingsFrom } from '../local/campus-buildings.ts';
import { DASHBOARDS, DASHBOARDS_FOLDER } from './dashboards.ts';

takeNoArguments(`npm run dashboards
Writes the dashboards anew, for the campus of CAMPUS_BUILDINGS.`);

const buildings = buildingsFrom(process.env);
for (const [name, build] of Object.entries(DASHBOARDS)) {
  const path = fileURLToPath(new URL(name, DASHBOARDS_FOLDER));
  writeFileSync(path, `${JSON.stringify(build(buildings), null, 2)}\n`);
  process.stdout.write(`${path}\n`);
}
// The linter looks at them as at any other file.
const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url));
execFileSync(biome, ['format', '--write', fileURLToPath(DASHBOARDS_FOLDER)], { stdio: 'inherit' });
