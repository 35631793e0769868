import { NoUnit } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { stackedSeries, timeSeries } from '../panels.ts';
import { WINDOW } from '../queries.ts';
import { entries, PLACE, patrols } from './measures.ts';

/** Returns how the evening went, on a campus of so many entrances. */
export function overTheEvening(entrances: number): Row {
  return {
    title: 'Ход вечера',
    panels: [...MARKS, startedAndCompleted(entrances), ...CHANGES],
  };
}

const MARKS = [
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
];

function startedAndCompleted(entrances: number) {
  return timeSeries({
    title: 'Начато и завершено обходов',
    description: `Из ${genitiveOf(entrances)}, нарастающим итогом: сколько начато, и сколько из них сдано.`,
    width: 8,
    height: 8,
    unit: NoUnit,
    queries: [
      { expr: `sum(max by (building, entrance, status) (patrol_patrols))`, legend: 'начато' },
      { expr: `sum(${patrols('status="completed"')})`, legend: 'завершено' },
    ],
  }).max(entrances);
}

const CHANGES = [
  timeSeries({
    title: 'Начинают, сдают и открывают заново, за 10 минут',
    description:
      'Сколько обходов начали, сдали и открыли заново за последние десять минут, по счётчикам сервиса.',
    width: 8,
    height: 8,
    unit: NoUnit,
    decimals: 0,
    queries: [
      { expr: 'sum(increase(patrol_started_total[10m]))', legend: 'начали' },
      { expr: 'sum(increase(patrol_completed_total[10m]))', legend: 'сдали' },
      { expr: 'sum(increase(patrol_reopened_total[10m]))', legend: 'открыли заново' },
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
];

/** Up to ten, Russian writes numbers as words; these follow «из». */
const GENITIVES = 'нуля одного двух трёх четырёх пяти шести семи восьми девяти десяти'.split(' ');

function genitiveOf(number: number): string {
  return GENITIVES[number] ?? String(number);
}
