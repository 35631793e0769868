/** Each building of a campus with the number of its entrances. */
export type Buildings = ReadonlyMap<string, number>;

/** Campus Sirius: the boys' building and the girls', four entrances each. */
export const SIRIUS: Buildings = new Map([
  ['8', 4],
  ['9', 4],
]);

/** The name of a building on any campus (docs/contract.md, *Environment*). */
const NAME = /^[\p{L}\p{Nd}]{1,5}$/u;
const MAX_ENTRANCES = 99;

/** Whether this can be an entrance of some campus. */
export function canBePlace(building: string, entrance: number): boolean {
  return NAME.test(building) && Number.isInteger(entrance) && entrance >= 1 && entrance <= MAX_ENTRANCES;
}

/** Parses `8:4,9:4`: buildings with entrance counts. @throws an Error that ends the sentence "CAMPUS_BUILDINGS …". */
export function parseBuildings(text: string): Buildings {
  const listed = text.split(',').map((item): [string, number] => {
    const [, name = '', entrances = ''] = /^([^:]*):([1-9]\d?)$/.exec(item.trim()) ?? [];
    return [name, Number(entrances)];
  });
  const byName = new Map(listed.map(([name, entrances]) => [name.normalize('NFC'), entrances]));
  const arePlaces = listed.every(([name, entrances]) => canBePlace(name, entrances));
  if (arePlaces && byName.size === listed.length) return byName;
  throw new Error(
    `must be buildings, each once with its number of entrances, like 8:4,9:4 (names of 1 to 5 letters or digits, entrances 1 to 99), not "${text}"`,
  );
}
