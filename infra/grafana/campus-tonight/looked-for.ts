import { NoUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { stat } from '../panels.ts';
import { AGE_OF_COVERAGE, absences, ON_NO_LIST, WITHOUT_PATROL } from './measures.ts';

interface Figure {
  readonly title: string;
  readonly description: string;
  readonly expr: string;
  /** The colour of more than none. */
  readonly colour: string;
}

const FIGURES: readonly Figure[] = [
  {
    title: 'Отсутствуют без причины',
    description: 'Отмечены отсутствующими, и никто не знает почему. Искать прежде всего.',
    expr: `sum(${absences('unexplained')})`,
    colour: 'red',
  },
  {
    title: 'Не вернулись вовремя',
    description: 'Отсутствуют с причиной, но время возвращения по заявлению уже прошло.',
    expr: `sum(${absences('overdue')})`,
    colour: 'red',
  },
  {
    title: 'Ни в одном списке',
    description:
      'Несовершеннолетние, которых нет ни в одном списке вечера: пока обход подъезда не начат, это все его жители. Вне вечера — ноль.',
    expr: `sum(${ON_NO_LIST})`,
    colour: 'orange',
  },
  {
    title: 'Подъезды без обхода',
    description: 'Подъезды, где вечер уже идёт, а обхода нет. Вне вечера — ноль.',
    expr: `sum(${WITHOUT_PATROL})`,
    colour: 'orange',
  },
  {
    title: 'Открыто заново',
    description: 'Сколько раз за последние восемь часов сданный обход открыли заново, чтобы исправить.',
    expr: 'round(sum(increase(patrol_reopened_total[8h])))',
    colour: 'blue',
  },
];

/** Whom to look for first on the whole campus, and who would be forgotten. */
export const LOOKED_FOR: Row = {
  title: 'Кого искать',
  panels: [
    ...FIGURES.map(({ title, description, expr, colour }) =>
      stat({
        title,
        description,
        width: 4,
        height: 5,
        unit: NoUnit,
        decimals: 0,
        queries: [{ expr, legend: title }],
        colours: [{ colour: 'green' }, { from: 1, colour }],
      }),
    ),
    stat({
      title: 'Возраст сверки',
      description:
        'Сколько прошло с тех пор, как сервис сверил списки с жителями. Вечером он делает это раз в минуту; больше трёх минут: «Ни в одном списке» и «Подъезды без обхода» устарели.',
      width: 4,
      height: 5,
      unit: Seconds,
      decimals: 0,
      queries: [{ expr: AGE_OF_COVERAGE, legend: 'возраст', instant: true }],
      colours: [{ colour: 'green' }, { from: 180, colour: 'red' }],
      noValue: 'нет данных',
    }),
  ],
};
