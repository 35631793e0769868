import { type Manifest, settingsOf } from './manifests.ts';

/** What says which campus it is; what each campus has as the others do is in the foundation. */
const OWN_SETTINGS = [
  'AUTH_GRPC_HOST',
  'APPLICATION_GRPC_HOST',
  'CAMPUS_BUILDINGS',
  'OTEL_RESOURCE_ATTRIBUTES',
];

/** Returns what campuses in one cluster have in common and must not; an object outside of a namespace is in common too. */
export function campusesApart(campuses: readonly (readonly Manifest[])[]): string[] {
  const namespaces = campuses.map((manifests) => [
    ...new Set(manifests.map(({ metadata }) => metadata.namespace)),
  ]);
  const settings = campuses.map(settingsOf);
  return [
    ...namespaces.flatMap((of) =>
      of.length === 1 && of[0] ? [] : [`one campus is in ${of.length} namespaces: ${of}`],
    ),
    ...twice(namespaces.flat()).map((namespace) => `two campuses are in ${namespace}`),
    ...OWN_SETTINGS.flatMap((name) =>
      twice(settings.map((of) => of[name])).map((value) => `two campuses have ${name}=${value}`),
    ),
  ];
}

function twice<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, at) => values.indexOf(value) !== at);
}
