import type { Place } from '../campus-types.ts';
import type { FieldError } from '../errors.ts';
import type { Buildings } from '../settings/campus-buildings.ts';

/** The campus, by its environment (docs/contract.md, *Environment*). */
export interface Campus {
  /** Each building with the number of its entrances. */
  readonly buildings: Buildings;
  /** IANA name, like `Europe/Moscow`. */
  readonly timezone: string;
  /** When an evening's patrols begin, `HH:MM` in that zone. */
  readonly patrolStartTime: string;
}

/** Returns every entrance of the campus, building by building. */
export function entrancesOf(buildings: Buildings): Place[] {
  return [...buildings].flatMap(([building, entrances]) =>
    Array.from({ length: entrances }, (_, at) => ({ building, entrance: at + 1 })),
  );
}

/** Whether both are the same entrance. */
export function isAt(one: Place, other: Place): boolean {
  return one.building === other.building && one.entrance === other.entrance;
}

/** Returns the highest entrance number of a building, or of the campus if the building is unknown. */
export function lastEntrance(buildings: Buildings, building?: unknown): number {
  const own = typeof building === 'string' ? buildings.get(building) : undefined;
  return own ?? Math.max(...buildings.values());
}

/** Returns field errors for a building or entrance that the campus does not have. Other types are left to the schema. */
export function fieldErrorsOfPlace(
  { building, entrance }: Readonly<Record<string, unknown>>,
  buildings: Buildings,
): FieldError[] {
  const fieldErrors: FieldError[] = [];
  if (typeof building === 'string' && !buildings.has(building)) {
    fieldErrors.push({
      field: 'building',
      message: `Допустимые значения: ${[...buildings.keys()].join(', ')}`,
    });
  }
  if (typeof entrance === 'number' && entrance > lastEntrance(buildings, building)) {
    fieldErrors.push({ field: 'entrance', message: `Не больше ${lastEntrance(buildings, building)}` });
  }
  return fieldErrors;
}
