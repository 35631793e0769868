import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { NoUnit } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { bars, dressed, stackedSeries, timeSeries } from '../panels.ts';
import { WINDOW } from '../queries.ts';
import { entries, FORGOTTEN, PLACE, patrols, stateOf } from './measures.ts';
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

function tableOfEntrances(): TableBuilder {
  // Joined by building and entrance, Grafana calls the columns "Value #A", "Value #B" and so on.
  const names = COLUMNS.map(({ title }, index) => [`Value #${String.fromCharCode(65 + index)}`, title]);
  return dressed(new TableBuilder(), {
    title: 'По подъездам',
    description: 'Состояние обхода и отметки в каждом подъезде этим вечером.',
    width: 14,
    height: 11,
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

/** Every entrance with its figures. */
export const BY_ENTRANCE: Row = {
  title: 'Отметки по подъездам',
  panels: [
    tableOfEntrances(),
    bars({
      title: 'Ещё не проверены',
      description: 'Записи без отметки в обходах этого вечера.',
      width: 10,
      height: 11,
      unit: NoUnit,
      queries: [{ expr: entries('unchecked'), legend: PLACE }],
      colours: [{ colour: 'green' }, { from: 1, colour: 'orange' }],
    }),
  ],
};

/** How the evening went. */
export const OVER_THE_EVENING: Row = {
  title: 'Ход вечера',
  panels: [
    timeSeries({
      title: 'Отметок в минуту',
      description: 'Отметки, которые ставят сейчас, по всему кампусу; повторная отметка считается ещё раз.',
      width: 12,
      height: 8,
      unit: NoUnit,
      decimals: 1,
      queries: [
        {
          expr: `60 * sum(rate(patrol_entries_marked_total{presence="present"}${WINDOW}))`,
          legend: 'на месте',
        },
        {
          expr: `60 * sum(rate(patrol_entries_marked_total{presence="absent"}${WINDOW}))`,
          legend: 'отсутствует',
        },
      ],
    }),
    timeSeries({
      title: 'Не проверены, по подъездам',
      description: 'Записи без отметки в обходах этого вечера; к сдаче обхода должно остаться ноль.',
      width: 12,
      height: 8,
      unit: NoUnit,
      queries: [{ expr: entries('unchecked'), legend: PLACE }],
    }),
    timeSeries({
      title: 'Начато и завершено обходов',
      description: 'Из восьми, нарастающим итогом: сколько начато, и сколько из них сдано.',
      width: 8,
      height: 8,
      unit: NoUnit,
      queries: [
        { expr: `sum(max by (building, entrance, status) (patrol_patrols))`, legend: 'начато' },
        { expr: `sum(${patrols('status="completed"')})`, legend: 'завершено' },
      ],
    }).max(8),
    timeSeries({
      title: 'Начинают и сдают, за 10 минут',
      description: 'Сколько обходов начали и сколько сдали за последние десять минут, по счётчикам сервиса.',
      width: 8,
      height: 8,
      unit: NoUnit,
      decimals: 0,
      queries: [
        { expr: 'sum(increase(patrol_started_total[10m]))', legend: 'начали' },
        { expr: 'sum(increase(patrol_completed_total[10m]))', legend: 'сдали' },
      ],
    }),
    stackedSeries({
      title: 'Отметки нарастающим итогом',
      description: 'Все записи обходов этого вечера: на месте, отсутствуют, ещё не проверены.',
      width: 8,
      height: 8,
      unit: NoUnit,
      queries: [
        { expr: `sum(${entries('present')})`, legend: 'на месте' },
        { expr: `sum(${entries('absent')})`, legend: 'отсутствуют' },
        { expr: `sum(${entries('unchecked')})`, legend: 'не проверены' },
      ],
    }),
  ],
};
