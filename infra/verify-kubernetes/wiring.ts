import { existsSync } from 'node:fs';
import { readConfig } from '../../lib/config.ts';
import { PROJECT } from '../verify-observability/child-process.ts';
import { containersOf, type Manifest, podsOf, type Selector, selects, settingsOf } from './manifests.ts';

/** What the secret that is made by hand holds (infra/kubernetes/README.md). */
const SECRET = {
  DATABASE_URL: 'postgresql://campus:secret@postgres-patrol:5432/patrol_db',
  JWT_SECRET_KEY: 'secret',
};

/** The service itself would refuse to start, naming what is missing or wrong. */
export function environmentIsEnough(manifests: readonly Manifest[]): string[] {
  return containers(manifests).flatMap(({ envFrom = [], env = [] }) => {
    const given = envFrom.map(({ configMapRef, secretRef }) =>
      secretRef ? SECRET : manifests.find(({ metadata }) => metadata.name === configMapRef?.name)?.data,
    );
    try {
      readConfig(Object.assign({}, ...given, ...env.map(({ name, value }) => ({ [name]: value }))));
      return [];
    } catch (error) {
      return [Error.isError(error) ? error.message : String(error)];
    }
  });
}

/** Traffic goes by what marking and reading need; and a pod that stops stays until nobody sends anything to it any more. */
export function trafficIsRight(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests)
    .filter(({ owner }) => owner.kind !== 'Job')
    .flatMap(({ owner, pod }) =>
      pod.containers
        .flatMap(({ readinessProbe, lifecycle }) => [
          ...(readinessProbe ? [] : ['no readiness probe']),
          ...(readinessProbe?.httpGet?.path === '/health/readiness'
            ? ['/health/readiness takes marking out of service while application-service is away']
            : []),
          // Knative's own proxy drains, and the field is not allowed there.
          ...(owner.kind === 'Deployment' && !lifecycle?.preStop?.sleep ? ['no sleep before SIGTERM'] : []),
        ])
        .map((what) => `${owner.kind} ${owner.metadata.name}: ${what}`),
    );
}

/** Commands are of the image: what is compiled of lib/ is there, and nothing else. */
export function commandsExist(manifests: readonly Manifest[]): string[] {
  return containers(manifests)
    .flatMap(({ command = [] }) => command.filter((word) => word.endsWith('.js')))
    .filter((file) => !existsSync(`${PROJECT}${file.replace(/\.js$/, '.ts')}`))
    .map((file) => `the image has no ${file}`);
}

/** Autoscaler, monitor, spread and network policy each speak of something that is there. */
export function objectsMeet(manifests: readonly Manifest[]): string[] {
  const pods = podsOf(manifests).map(({ template }) => template.metadata?.labels ?? {});
  return [
    ...manifests.flatMap(({ metadata, spec: { scaleTargetRef: target } = {} }) =>
      target &&
      !manifests.some(({ kind, metadata: { name } }) => kind === target.kind && name === target.name)
        ? [`autoscaler ${metadata.name}: there is no ${target.kind} ${target.name}`]
        : [],
    ),
    ...podsOf(manifests).flatMap(({ template, pod }) =>
      (pod.topologySpreadConstraints ?? [])
        .filter(({ labelSelector }) => !selects(labelSelector, template.metadata?.labels ?? {}))
        .map(() => 'the spread is over pods of another name'),
    ),
    ...manifests
      .filter(({ spec }) => spec?.podSelector && !pods.some((labels) => selects(spec.podSelector, labels)))
      .map(({ metadata }) => `network policy ${metadata.name} selects no pod`),
    ...manifests
      .filter(({ spec }) => spec?.podSelector && !spec.podSelector.matchLabels)
      .map(({ metadata }) => `network policy ${metadata.name} cuts off everything else in its namespace`),
    ...manifests.flatMap((manifest) =>
      manifest.kind === 'ServiceMonitor' ? unscraped(manifest, manifests) : [],
    ),
  ];
}

/** Prometheus asks the port that /metrics is at: METRICS_PORT, or else REST's. */
export function metricsAreScraped(manifests: readonly Manifest[]): string[] {
  const { METRICS_PORT, REST_PORT = '8002' } = settingsOf(manifests);
  const ports = containers(manifests).flatMap(({ ports: named = [] }) => named);
  return manifests
    .filter(({ kind }) => kind === 'ServiceMonitor')
    .flatMap(({ spec }) => spec?.endpoints ?? [])
    .filter(
      ({ port }) =>
        ports.find(({ name }) => name === port)?.containerPort !== Number(METRICS_PORT ?? REST_PORT),
    )
    .map(({ port }) => `Prometheus asks ${port}, and /metrics is at ${METRICS_PORT ?? REST_PORT}`);
}

function unscraped({ spec = {} }: Manifest, manifests: readonly Manifest[]): string[] {
  const selector: Selector = spec.selector ?? {};
  const ports = manifests
    .filter(({ kind, metadata }) => kind === 'Service' && selects(selector, metadata.labels ?? {}))
    .flatMap((service) => service.spec?.ports?.map(({ name }) => name) ?? []);
  return (spec.endpoints ?? [])
    .filter(({ port }) => ports.filter((name) => name === port).length !== 1)
    .map(({ port }) => `Prometheus finds ${port} on none or several Services`);
}

function containers(manifests: readonly Manifest[]) {
  return podsOf(manifests).flatMap(({ pod }) => containersOf(pod));
}
