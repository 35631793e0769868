import {
  containersOf,
  type Manifest,
  type NetworkPeer,
  type NetworkRule,
  type PodSpec,
  podsOf,
  selects,
  settingsOf,
} from './manifests.ts';

const NAME_LABEL = 'app.kubernetes.io/name';
/** DNS, PostgreSQL, and OTLP over HTTP, which no setting here names. */
const ALWAYS_CALLED = [53, 5432, 4318];
/** Where Knative's queue-proxy takes requests for a port of the service, by that port's name. */
const QUEUE_PROXY: Readonly<Record<string, number>> = { http1: 8012, h2c: 8013 };
/** The queue-proxy's other ports: TLS, and what the autoscaler reads. */
const QUEUE_PROXY_BESIDES = [8112, 9090];

/** Finds pods that a network policy does not hold, in or out: those may be called by everybody, and call everybody. */
export function podsAreFenced(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, template }) => {
    const types = policiesOf(manifests, template.metadata?.labels).flatMap(
      ({ spec }) => spec?.policyTypes ?? [],
    );
    return ['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => `${owner.kind} ${owner.metadata.name}: no policy for ${type}`);
  });
}

/** Finds rules without another end, without a port, or with an end that is everywhere. */
export function rulesAreNarrow(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ kind, metadata, spec: { ingress = [], egress = [] } = {} }) => {
    if (kind !== 'NetworkPolicy') return [];
    const faults = [
      ...ingress.flatMap((rule) => widthOf(rule, rule.from)),
      ...egress.flatMap((rule) => widthOf(rule, rule.to)),
      ...egress.flatMap(({ to = [] }) =>
        to.some((peer) => isOneOf(peer, manifests)) ? ['a way out to the service itself'] : [],
      ),
    ];
    return faults.map((fault) => `network policy ${metadata.name}: ${fault}`);
  });
}

function widthOf({ ports = [] }: NetworkRule, peers: readonly NetworkPeer[] = []): string[] {
  const name = ports.map(({ port }) => port).join(', ');
  return [
    ...(ports.length === 0 ? ['a rule without a port'] : []),
    ...(peers.length === 0 ? [`${name}: no other end is named`] : []),
    ...peers.filter(isEverywhere).map(() => `${name}: the other end is everywhere`),
  ];
}

/** All namespaces, or addresses wider than a /8. No namespace at all is the policy's own. */
function isEverywhere({ namespaceSelector, podSelector, ipBlock }: NetworkPeer): boolean {
  if (ipBlock) return Number(ipBlock.cidr.split('/')[1]) < 8;
  if (!namespaceSelector) return !podSelector;
  const { matchLabels = {}, matchExpressions = [] } = namespaceSelector;
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** Whether labels pick our own pods: kustomize writes its labels into those of a peer, where it has some. */
function isOneOf({ podSelector }: NetworkPeer, manifests: readonly Manifest[]): boolean {
  const wanted = podSelector?.matchLabels?.[NAME_LABEL];
  return (
    wanted !== undefined &&
    podsOf(manifests).some(({ template }) => template.metadata?.labels?.[NAME_LABEL] === wanted)
  );
}

/** The network lets in and out what the settings ask for. */
export function networkLetsThrough(manifests: readonly Manifest[]): string[] {
  const needed = [...ALWAYS_CALLED, ...calledPorts(manifests)];
  const missing = podsOf(manifests).flatMap(({ owner, template, pod }) => {
    const policies = policiesOf(manifests, template.metadata?.labels);
    const out = policies.flatMap(({ spec }) => portsOf(spec?.egress));
    const into = policies.flatMap(({ spec }) => portsOf(spec?.ingress));
    const faults = [
      ...needed.filter((port) => !out.includes(port)).map((port) => `no way out to ${port}`),
      ...listeningOf(owner, pod)
        .filter((ports) => !ports.some((port) => into.includes(port)))
        .map(([name]) => `no way in to ${name}`),
    ];
    return faults.map((fault) => `${owner.kind} ${owner.metadata.name}: ${fault}`);
  });
  const listening = podsOf(manifests).flatMap(({ owner, pod }) => [
    ...listeningOf(owner, pod).flat(),
    ...containersOf(pod).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    ...(isKnative(owner) ? QUEUE_PROXY_BESIDES : []),
  ]);
  const idle = manifests.flatMap(({ spec }) =>
    portsOf(spec?.ingress)
      .filter((port) => port !== undefined && !listening.includes(port))
      .map((port) => `a way in to ${port}, where nothing listens`),
  );
  return [...missing, ...idle];
}

/** Gives each port that requests come to, by all that a policy may call it. */
function listeningOf(owner: Manifest, pod: PodSpec): (string | number)[][] {
  const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
  return ports.map(({ name, containerPort }) =>
    isKnative(owner) ? [QUEUE_PROXY[name] ?? name] : [name, containerPort],
  );
}

function isKnative({ apiVersion }: Manifest): boolean {
  return apiVersion.startsWith('serving.knative.dev/');
}

function calledPorts(manifests: readonly Manifest[]): number[] {
  return Object.entries(settingsOf(manifests)).flatMap(([name, value]) => {
    if (/^(AUTH|APPLICATION)_GRPC_PORT$/.test(name)) return [Number(value)];
    return name === 'LOKI_URL' ? [Number(new URL(value).port || 80)] : [];
  });
}

function policiesOf(manifests: readonly Manifest[], labels: Readonly<Record<string, string>> = {}) {
  return manifests.filter(({ kind, spec }) => kind === 'NetworkPolicy' && selects(spec?.podSelector, labels));
}

function portsOf(rules: readonly NetworkRule[] = []) {
  return rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}
