import { NoUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import type { Buildings } from '../../../lib/settings/campus-buildings.ts';
import { COLUMNS, type Row } from '../layout.ts';
import { stat, valueMapping } from '../panels.ts';
import { AGE_OF_FIGURES, entries, FORGOTTEN, patrols, stateOf } from './measures.ts';

/** What the numbers of `stateOf` are called, and their colours. */
export const STATES = valueMapping({
  0: { text: 'не начат', color: '#6e7380' },
  1: { text: 'идёт', color: 'semi-dark-orange' },
  2: { text: 'завершён', color: 'semi-dark-green' },
});

const BUILDINGS_A_LINE = 3;
/** Of one entrance, large enough to be read across the room. */
const TILE = { width: 3, height: 4 } as const;
const TITLE_HEIGHT = 3;

/** Returns a tile for each entrance, in the order of the doors; buildings stand side by side, up to three a line. */
export function places(buildings: Buildings): Row {
  const lines = Map.groupBy(buildings, (_, index) => Math.floor(index / BUILDINGS_A_LINE));
  return { title: 'Обходы по подъездам', panels: [...lines.values()].flatMap(lineOfBuildings) };
}

function lineOfBuildings(buildings: readonly (readonly [string, number])[]) {
  const width = COLUMNS / buildings.length;
  const tilesAcross = Math.floor(width / TILE.width);
  const mostEntrances = Math.max(...buildings.map(([, entrances]) => entrances));
  return buildings.map(([building, entrances]) =>
    stat({
      title: `Корпус ${building}`,
      description: 'Не начат, идёт или завершён обход каждого подъезда этим вечером.',
      width,
      height: TITLE_HEIGHT + TILE.height * Math.ceil(mostEntrances / tilesAcross),
      // One query a door: within one query Prometheus promises no order.
      queries: Array.from({ length: entrances }, (_, index) => ({
        expr: stateOf(`,building="${building}",entrance="${1 + index}"`),
        legend: `подъезд ${1 + index}`,
        instant: true,
      })),
      mappings: [STATES],
      isTile: true,
      isNamed: true,
      noValue: 'нет данных',
    }),
  );
}

interface Total {
  readonly title: string;
  readonly description: string;
  readonly expr: string;
  /** The colour of more than none. */
  readonly colour: string;
}

const TOTAL_TILES: readonly Total[] = [
  {
    title: 'Не начато обходов',
    description: 'Подъезды, где этим вечером обход ещё не начат.',
    expr: `count((${stateOf()}) == 0) or vector(0)`,
    colour: 'orange',
  },
  {
    title: 'Идёт обходов',
    description: 'Начаты и ещё не сданы.',
    expr: `sum(${patrols('status="in_progress"')})`,
    colour: 'blue',
  },
  {
    title: 'Завершено обходов',
    description: 'Сданы этим вечером.',
    expr: `sum(${patrols('status="completed"')})`,
    colour: 'green',
  },
  {
    title: 'На месте',
    description: 'Отмечены на месте во всех обходах этого вечера.',
    expr: `sum(${entries('present')})`,
    colour: 'green',
  },
  {
    title: 'Отсутствуют',
    description: 'Отмечены отсутствующими, в том числе по одобренным заявлениям.',
    expr: `sum(${entries('absent')})`,
    colour: 'yellow',
  },
  {
    title: 'Ещё не проверены',
    description: 'Записи обходов этого вечера без отметки.',
    expr: `sum(${entries('unchecked')})`,
    colour: 'orange',
  },
];

/** The whole campus in six figures, and what was forgotten on earlier evenings. */
export const TOTALS: Row = {
  title: 'Весь кампус',
  panels: [
    ...TOTAL_TILES.map(({ title, description, expr, colour }) =>
      stat({
        title,
        description,
        width: 3,
        height: 5,
        unit: NoUnit,
        queries: [{ expr, legend: title }],
        colours: [{ colour: 'text' }, { from: 1, colour }],
      }),
    ),
    stat({
      title: 'Забыто за прошлые вечера',
      description:
        'Записи без отметки в обходах семи прошлых вечеров, которые так и не сданы. Здоровое значение — ноль.',
      width: 3,
      height: 5,
      unit: NoUnit,
      queries: [{ expr: `sum(${FORGOTTEN})`, legend: 'забыто' }],
      colours: [{ colour: 'green' }, { from: 1, colour: 'red' }],
    }),
    stat({
      title: 'Возраст данных',
      description:
        'Сколько прошло с тех пор, как сервис прочёл эти числа из базы. Больше минуты: числам на экране верить нельзя.',
      width: 3,
      height: 5,
      unit: Seconds,
      decimals: 0,
      queries: [{ expr: AGE_OF_FIGURES, legend: 'возраст', instant: true }],
      colours: [{ colour: 'green' }, { from: 60, colour: 'red' }],
    }),
  ],
};
