import { buildings, ConfigError } from '../../lib/config.ts';

/** Each building of a campus with the number of its entrances. */
export type Buildings = ReadonlyMap<string, number>;

/** Campus Sirius, as the service has it too where CAMPUS_BUILDINGS is not set. */
export const SIRIUS: Buildings = buildings('8:4,9:4');

/**
 * Returns the buildings of CAMPUS_BUILDINGS, as the service reads it.
 * @throws {ConfigError} if they cannot be read.
 */
export function buildingsFrom(environment: Readonly<Record<string, string | undefined>>): Buildings {
  const text = environment.CAMPUS_BUILDINGS?.trim();
  if (!text) return SIRIUS;
  try {
    return buildings(text);
  } catch (error) {
    throw new ConfigError(`CAMPUS_BUILDINGS ${Error.isError(error) ? error.message : String(error)}`);
  }
}
