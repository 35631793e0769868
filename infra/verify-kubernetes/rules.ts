import { readFile } from 'node:fs/promises';
import { PROJECT } from '../verify-observability/child-process.ts';
import {
  type Container,
  containersOf,
  type Manifest,
  type PodSpec,
  podsOf,
  settingsOf,
} from './manifests.ts';
import { networkLetsThrough, podsAreFenced, rulesAreNarrow } from './network.ts';
import {
  commandsExist,
  environmentIsEnough,
  metricsAreScraped,
  objectsMeet,
  trafficIsRight,
} from './wiring.ts';

/** What no schema knows. Each gives what is wrong, in words. */
type Rule = (manifests: readonly Manifest[]) => string[] | Promise<string[]>;

/** The secret that is made by hand (infra/kubernetes/README.md). */
const EXTERNAL_SECRETS = ['patrol-service'];
/** lib/service.ts: DRAIN_DELAY_SECONDS and the most that a stop takes; lib/telemetry/telemetry.ts: its last lines and spans. */
const STOP_SECONDS = 1 + 10 + 4;

export const RULES: Readonly<Record<string, Rule>> = {
  'selectors find the pods': selectorsFindPods,
  'references lead somewhere': referencesLead,
  'ports of probes and services exist': portsExist,
  'every setting is one that the service reads': settingsAreRead,
  'the settings are enough to start with': environmentIsEnough,
  'traffic comes when it should': trafficIsRight,
  'commands are in the image': commandsExist,
  'autoscaler, monitor, spread and policy meet what they name': objectsMeet,
  'Prometheus asks the port that metrics are at': metricsAreScraped,
  'the network lets through what is needed': networkLetsThrough,
  'every pod has a network policy, in and out': podsAreFenced,
  'every network rule names its other end': rulesAreNarrow,
  'containers are locked down': containersAreLocked,
  'a stop has the time it needs': stopHasTime,
  'no image is "latest"': (manifests) =>
    containers(manifests)
      .map(({ image }) => image)
      .filter((image) => !/(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image)),
};

function selectorsFindPods(manifests: readonly Manifest[]): string[] {
  const pods = podsOf(manifests).map(({ template }) => template.metadata?.labels ?? {});
  return manifests
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
    .concat(manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'PodDisruptionBudget'))
    .filter(({ spec }) => {
      const selector = spec?.selector ?? {};
      const wanted = Object.entries({
        ...selector,
        ...recordOf(selector.matchLabels),
        matchLabels: undefined,
      });
      const labels = wanted.filter(([, value]) => value !== undefined);
      return labels.length === 0 || !pods.some((pod) => labels.every(([name, value]) => pod[name] === value));
    })
    .map(({ kind, metadata }) => `${kind} ${metadata.name} selects no pod`);
}

function referencesLead(manifests: readonly Manifest[]): string[] {
  const names = (kind: string) =>
    manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
  const configMaps = names('ConfigMap');
  const accounts = names('ServiceAccount');
  const sources = containers(manifests).flatMap(({ envFrom = [] }) => envFrom);
  return [
    ...sources
      .flatMap(({ configMapRef }) => configMapRef?.name ?? [])
      .filter((name) => !configMaps.includes(name)),
    ...sources
      .flatMap(({ secretRef }) => secretRef?.name ?? [])
      .filter((name) => !EXTERNAL_SECRETS.includes(name)),
    ...podsOf(manifests)
      .flatMap(({ pod }) => pod.serviceAccountName ?? [])
      .filter((name) => !accounts.includes(name)),
  ];
}

function portsExist(manifests: readonly Manifest[]): string[] {
  const ports = containers(manifests).flatMap((container) => container.ports ?? []);
  const known: readonly (string | number | undefined)[] = ports.flatMap(({ name, containerPort }) => [
    name,
    containerPort,
  ]);
  const probed = containers(manifests)
    .flatMap(({ startupProbe, livenessProbe, readinessProbe }) => [
      startupProbe,
      livenessProbe,
      readinessProbe,
    ])
    .map((probe) => probe?.httpGet?.port ?? probe?.grpc?.port);
  const served = manifests
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
    .flatMap(({ spec }) => spec?.ports?.map(({ targetPort }) => targetPort) ?? []);
  return [...probed, ...served]
    .filter((port) => port !== undefined && !known.includes(port))
    .map((port) => `nothing listens on ${port}`);
}

/** A setting that is misspelt would be ignored in silence. */
async function settingsAreRead(manifests: readonly Manifest[]): Promise<string[]> {
  const example = await readFile(`${PROJECT}.env.example`, 'utf8');
  const read = new Set([...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name));
  // OpenTelemetry's; compose has another name for it.
  read.add('OTEL_RESOURCE_ATTRIBUTES');
  const set = [
    ...Object.keys(settingsOf(manifests)),
    ...containers(manifests).flatMap(({ env = [] }) => env.map(({ name }) => name)),
  ];
  return set.filter((name) => !read.has(name)).map((name) => `the service reads no ${name}`);
}

function containersAreLocked(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, pod }) =>
    containersOf(pod).flatMap((container) =>
      laxities(pod, container).map((what) => `${owner.kind} ${owner.metadata.name}: ${what}`),
    ),
  );
}

function laxities(pod: PodSpec, { securityContext = {}, resources, name }: Container): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod.securityContext, ...securityContext };
  const wanted: readonly (readonly [string, boolean])[] = [
    ['runAsNonRoot', runAsNonRoot === true && runAsUser === 1000],
    ['readOnlyRootFilesystem', securityContext.readOnlyRootFilesystem === true],
    ['allowPrivilegeEscalation', securityContext.allowPrivilegeEscalation === false],
    ['drop ALL', JSON.stringify(securityContext.capabilities) === '{"drop":["ALL"]}'],
    ['seccompProfile', recordOf(seccompProfile).type === 'RuntimeDefault'],
    ['requests and a limit of memory', Boolean(resources?.requests && resources.limits?.memory)],
  ];
  return wanted.filter(([, isSo]) => !isSo).map(([what]) => `${name ?? 'container'} lacks ${what}`);
}

function stopHasTime(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests)
    .filter(({ owner }) => owner.kind === 'Deployment')
    .flatMap(({ owner, pod }) => {
      const wait = Math.max(
        ...pod.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0),
      );
      const needed = wait + STOP_SECONDS;
      const given = pod.terminationGracePeriodSeconds ?? 30;
      return given > needed ? [] : [`${owner.metadata.name}: ${given} s given, ${needed} s needed`];
    });
}

function containers(manifests: readonly Manifest[]): Container[] {
  return podsOf(manifests).flatMap(({ pod }) => containersOf(pod));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
