import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { NoUnit } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { bars, dressed } from '../panels.ts';
import { entries, FORGOTTEN, PLACE, stateOf } from './measures.ts';
import { STATES } from './places.ts';

/** The table's columns after building and entrance, in the order of its queries. */
const COLUMNS = [
  { title: 'Обход', expr: stateOf() },
  { title: 'На месте', expr: entries('present') },
  { title: 'Отсутствуют', expr: entries('absent') },
  { title: 'Не проверены', expr: entries('unchecked') },
  { title: 'Забыто раньше', expr: FORGOTTEN },
] as const;

const COLOURED: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
};

/** A column whose cells are red from one on. */
const RED_FROM_ONE: DynamicConfigValue[] = [
  COLOURED,
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'transparent' },
        { value: 1, color: 'semi-dark-red' },
      ],
    },
  },
];

function tableOfEntrances(height: number): TableBuilder {
  // Joined by building and entrance, Grafana calls the columns "Value #A", "Value #B" and so on.
  const names = COLUMNS.map(({ title }, index) => [`Value #${String.fromCharCode(65 + index)}`, title]);
  return dressed(new TableBuilder(), {
    title: 'По подъездам',
    description: 'Состояние обхода и отметки в каждом подъезде этим вечером.',
    width: 14,
    height,
    unit: NoUnit,
    queries: COLUMNS.map(({ expr }) => ({ expr, legend: '', instant: true, asTable: true })),
  })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        renameByName: { building: 'Корпус', entrance: 'Подъезд', ...Object.fromEntries(names) },
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Подъезд' }] } })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Корпус' }] } })
    .overrideByName('Обход', [COLOURED, { id: 'mappings', value: [STATES] }])
    .overrideByName('Забыто раньше', RED_FROM_ONE);
}

/** Returns every entrance with its figures, as tall as it takes to see them all; those of a very large campus scroll. */
export function byEntrance(entrances: number): Row {
  const height = Math.min(Math.max(3 + entrances, 6), 30);
  return {
    title: 'Отметки по подъездам',
    panels: [
      tableOfEntrances(height),
      bars({
        title: 'Ещё не проверены',
        description: 'Записи без отметки в обходах этого вечера.',
        width: 10,
        height,
        unit: NoUnit,
        queries: [{ expr: entries('unchecked'), legend: PLACE }],
        colours: [{ colour: 'green' }, { from: 1, colour: 'orange' }],
      }),
    ],
  };
}
