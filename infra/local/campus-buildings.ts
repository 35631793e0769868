import { ConfigError } from '../../lib/config.ts';
import { type Buildings, parseBuildings, SIRIUS } from '../../lib/settings/campus-buildings.ts';

/**
 * Returns the buildings of CAMPUS_BUILDINGS, as the service reads it.
 * @throws {ConfigError} if they cannot be read.
 */
export function buildingsFrom(environment: Readonly<Record<string, string | undefined>>): Buildings {
  const text = environment.CAMPUS_BUILDINGS?.trim();
  if (!text) return SIRIUS;
  try {
    return parseBuildings(text);
  } catch (error) {
    throw new ConfigError(`CAMPUS_BUILDINGS ${Error.isError(error) ? error.message : String(error)}`);
  }
}
