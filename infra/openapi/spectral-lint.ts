import core, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

/** Returns what the rules of `spectral:oas` find in a document, a line each. Asks no other machine. */
export async function spectralFindings(text: string): Promise<string[]> {
  const spectral = new core.Spectral();
  // Its own type leaves out that it extends nothing.
  spectral.setRuleset({ extends: [rulesets.oas as unknown as RulesetDefinition] });
  const findings = await spectral.run(JSON.parse(text));
  return findings.map(({ code, message, path }) => `${code} at ${path.join('.')}: ${message}`);
}
