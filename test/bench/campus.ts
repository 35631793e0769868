import { type Resident, settleCampus, stableUuid } from '../../infra/local/campus.ts';

interface Entrance {
  readonly building: string;
  readonly entrance: number;
}

/** Gives forty minors of an entrance, three to a room and not in the rooms' order: a full one, as the campus has. */
export function entranceOfForty({ building, entrance }: Entrance): Resident[] {
  const [template] = settleCampus();
  if (!template) throw new Error('nobody lives on the campus');
  return Array.from({ length: 40 }, (_, number) => ({
    ...template,
    user_id: stableUuid(`bench/${building}/${entrance}/${number}`),
    last_name: `Фамилия${number}`,
    building,
    entrance,
    room: String(100 + ((number * 7) % 14)),
    roles: ['student'],
    is_minor: true,
  }));
}

/** Gives a campus whose every entrance is full, with the well-known staff of the local one. */
export function settleFullCampus(): Resident[] {
  const staff = settleCampus().filter(({ is_minor }) => !is_minor);
  const entrances = ['8', '9'].flatMap((building) =>
    [1, 2, 3, 4].map((entrance) => ({ building, entrance })),
  );
  return [...staff, ...entrances.flatMap(entranceOfForty)];
}
