import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { NoUnit } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { bars, dressed } from '../panels.ts';
import { absences, entries, FORGOTTEN, NEVER_HANDED_IN, ON_NO_LIST, PLACE, stateOf } from './measures.ts';
import { STATES } from './places.ts';

interface Column {
  readonly title: string;
  readonly expr: string;
  /** Its cells are red from one on. */
  readonly isAlarming?: boolean;
}

/** The table's columns after building and entrance, in the order of its queries: first whom to look for. */
const COLUMNS: readonly Column[] = [
  { title: 'Обход', expr: stateOf() },
  { title: 'Без причины', expr: absences('unexplained'), isAlarming: true },
  { title: 'Не вернулись', expr: absences('overdue'), isAlarming: true },
  { title: 'Вне списков', expr: ON_NO_LIST, isAlarming: true },
  { title: 'На месте', expr: entries('present') },
  { title: 'Отсутствуют', expr: entries('absent') },
  { title: 'Не проверены', expr: entries('unchecked') },
  { title: 'Забыто раньше', expr: FORGOTTEN, isAlarming: true },
  { title: 'Не сдано раньше', expr: NEVER_HANDED_IN, isAlarming: true },
];

const COLOURED: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
};

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
  const table = dressed(new TableBuilder(), {
    title: 'По подъездам',
    description:
      'Состояние обхода, кого искать и отметки в каждом подъезде этим вечером. «Вне списков» — живут в подъезде, но ни в одном списке их нет. «Забыто раньше» — записи без отметки за 7 прошлых вечеров, «Не сдано раньше» — обходы всех прошлых вечеров.',
    width: 16,
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
    .overrideByName('Обход', [COLOURED, { id: 'mappings', value: [STATES] }]);
  return COLUMNS.filter(({ isAlarming }) => isAlarming).reduce(
    (colouring, { title }) => colouring.overrideByName(title, RED_FROM_ONE),
    table,
  );
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
        width: 8,
        height,
        unit: NoUnit,
        queries: [{ expr: entries('unchecked'), legend: PLACE }],
        colours: [{ colour: 'green' }, { from: 1, colour: 'orange' }],
      }),
    ],
  };
}
