import type pg from 'pg';
import { LIST, listWhere, MARK, READ } from './floor-sql.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

const NOBODY = `'00000000-0000-4000-8000-000000000000'`;

/** A statement, and what it is explained with. */
const STATEMENTS: Readonly<Record<string, readonly [string, string]>> = {
  list: [LIST, '20, 1'],
  'list of an entrance': [listWhere('building = $3 and entrance = $4'), `20, 1, '8', 1`],
  'list of an evening': [listWhere('date = $3', 'count(*)::int from public.patrols'), `20, 1, current_date`],
  get: [READ, `${NOBODY}, null, null`],
  mark: [MARK, `${NOBODY}, '', '', ${NOBODY}, null, null, null, true, null, true, ${NOBODY}, ${NOBODY}`],
};

/** Gives a line for each statement: how PostgreSQL finds its rows, once it no longer looks at the values (from the sixth run on). */
export async function indexesUsed(database: pg.Client): Promise<string[]> {
  await database.query('set plan_cache_mode = force_generic_plan');
  const lines: string[] = [];
  for (const [name, [text, values]] of Object.entries(STATEMENTS)) {
    await database.query(`prepare explained as ${text}`);
    const { rows } = await database.query(`explain (format json) execute explained (${values})`);
    await database.query('deallocate explained');
    lines.push(`explain ${name}: ${[...new Set(scansOf(rows[0]['QUERY PLAN'][0].Plan))].join(', ')}`);
  }
  return lines;
}

function scansOf(plan: Plan): string[] {
  const own =
    plan['Index Name'] ?? (plan['Relation Name'] && `${plan['Node Type']} of ${plan['Relation Name']}`);
  return [...(own ? [own] : []), ...(plan.Plans ?? []).flatMap(scansOf)];
}
