import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readConfig } from '../../lib/config.ts';

interface ComposeService {
  readonly ports: readonly (string | { readonly host_ip: string; readonly published: string })[];
  readonly environment?: Readonly<Record<string, string | null>>;
}

const textOf = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose: { readonly services: Readonly<Record<string, ComposeService>> } = parse(
  await textOf('docker-compose.yml'),
);
const example = await textOf('.env.example');
const examples = parseEnv(example);
const { 'patrol-service': service, ...surroundings } = compose.services;
const passed = service?.environment ?? {};

/** Without a default: whoever runs the service names them, and compose names its own parts. */
const REQUIRED = [
  ...['DATABASE_URL', 'JWT_SECRET_KEY', 'AUTH_GRPC_HOST', 'AUTH_GRPC_PORT'],
  ...['APPLICATION_GRPC_HOST', 'APPLICATION_GRPC_PORT'],
];
/** Where the service's ports are published; inside its container it listens where all else there looks for it. */
const PUBLISHED = ['HOST', 'REST_PORT', 'GRPC_PORT'];

/** Every variable that `readConfig` asks for. */
function settings(): string[] {
  const asked = new Set<string>();
  const recording = new Proxy(examples, {
    get(target, name) {
      asked.add(String(name));
      return Reflect.get(target, name);
    },
  });
  readConfig(recording);
  return [...asked].toSorted();
}

/** OpenTelemetry documents its own, and one of them stands for all. */
const isOurs = (name: string) => !name.startsWith('OTEL_') || name === 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** What a value of the compose file comes to where nothing is set; null where it is what the environment says, or absent. */
function unset(name: string, value: string | null | undefined): string | null | undefined {
  if (value === null || value === undefined) return value;
  const [, variable, fallback] = /^\$\{(\w+):?-(.*)\}$/.exec(value) ?? [];
  return variable === name ? fallback : undefined;
}

/** Each variable of the first table in docs/configuration.md, with what it says of the default. */
const documented = new Map(
  (await textOf('docs/configuration.md'))
    .split('\nRead elsewhere:')[0]
    ?.matchAll(/^\| (`[A-Z].*?) \| (.*?) \| .* \|$/gm)
    .flatMap(([, names = '', defaults = '']) => {
      const values = Array.from(defaults.matchAll(/`([^`]*)`/g), ([, value]) => value);
      const named = names.matchAll(/`(\w+)`/g);
      return Array.from(named, ([, name = ''], index): [string, string] => [name, values[index] ?? defaults]);
    }),
);

test('docs/configuration.md has every setting, and no other', () => {
  expect([...documented.keys()].toSorted()).toEqual(settings().filter(isOurs));
});

test.each([...documented])(
  '%s is in .env.example, with its default of docs/configuration.md',
  (name, value) => {
    expect(example).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    if (value === 'required') expect(REQUIRED).toContain(name);
    // What is commented out has none, or one that another setting decides.
    else if (name in examples) expect(examples[name]).toBe(value);
  },
);

test.each(settings())('docker compose passes %s on to the service', (name) => {
  if (PUBLISHED.includes(name)) expect(JSON.stringify(service?.ports)).toContain(`\${${name}:-`);
  else expect(unset(name, passed[name])).toBeDefined();
});

test('docker compose names no setting that is neither the service’s nor OpenTelemetry’s', () => {
  const known = new Set(settings());
  const strange = Object.keys(passed).filter((name) => !known.has(name) && !name.startsWith('OTEL_'));
  expect(strange).toEqual([]);
});

test('.env.example holds the defaults: with it the service is the same', () => {
  const required = Object.fromEntries(REQUIRED.map((name) => [name, examples[name]]));
  expect(readConfig(examples)).toEqual(readConfig(required));
});

test('.env.example copied to .env leaves compose as it is', () => {
  for (const [name, value] of Object.entries(examples)) {
    const own = unset(name, passed[name]);
    if (own) expect([name, own]).toEqual([name, value]);
  }
  for (const name of REQUIRED) expect(unset(name, passed[name])).toBe(examples[name]);
});

test('of an untouched compose file the service alone is reached from other machines', () => {
  expect(service?.ports).toHaveLength(2);
  for (const [name, { ports }] of Object.entries(surroundings)) {
    expect([name, ...ports]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
  }
});

test('the stand-in of auth-service signs with the secret that the service checks by, and the gateway is not believed', () => {
  const secret = passed.JWT_SECRET_KEY;
  expect(compose.services['auth-service']?.environment?.JWT_SECRET_KEY).toBe(secret);
  // Passed on as it is set, and not set here.
  expect(passed.GRPC_TRUST_USER_METADATA).toBeNull();
  expect(readConfig(examples).trustUserMetadata).toBe(false);
});
