import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { PROJECT, run } from '../verify-observability/child-process.ts';

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
}

export interface Container {
  readonly name?: string;
  readonly image: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly terminationGracePeriodSeconds?: number;
  readonly serviceAccountName?: string;
  readonly topologySpreadConstraints?: readonly { readonly labelSelector?: Selector }[];
}

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly object[];
}

export type Labels = Readonly<Record<string, string>>;

/** Who is at the other end of a network rule. */
export interface NetworkPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

export interface NetworkRule {
  readonly from?: readonly NetworkPeer[];
  readonly to?: readonly NetworkPeer[];
  readonly ports?: readonly { readonly port?: number | string }[];
}

/** An object as far as it is looked into here; schemas are checked apart. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly ports?: readonly { readonly name?: string; readonly targetPort?: number | string }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly endpoints?: readonly { readonly port?: string }[];
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly NetworkRule[];
    readonly egress?: readonly NetworkRule[];
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

/** Renders an overlay as `kubectl apply -k` would. @throws with kustomize's own words. */
export function rendered(overlay: string): Promise<Manifest[]> {
  return renderedFrom(`infra/kubernetes/overlays/${overlay}`);
}

/** Renders an overlay with one more component, as somebody's own overlay would take it. */
export async function renderedWith(component: string, overlay: string): Promise<Manifest[]> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-overlay-'));
  const inside = (path: string) => relative(folder, `${PROJECT}infra/kubernetes/${path}`);
  const kustomization = {
    resources: [inside(`overlays/${overlay}`)],
    components: [inside(`components/${component}`)],
  };
  try {
    await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
    return await renderedFrom(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renderedFrom(folder: string): Promise<Manifest[]> {
  const text = await run('kubectl', ['kustomize', folder]);
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** Gives every pod template of the objects, with the object it is of. */
export function podsOf(manifests: readonly Manifest[]) {
  return manifests.flatMap((owner) => {
    const { template } = owner.spec ?? {};
    return template ? [{ owner, template, pod: template.spec }] : [];
  });
}

/** Gives the settings that the pods get from ConfigMaps; others are files, as Grafana's dashboards are. */
export function settingsOf(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const sources = podsOf(manifests).flatMap(({ pod }) =>
    containersOf(pod).flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
  );
  const isSource = ({ kind, metadata }: Manifest) => kind === 'ConfigMap' && sources.includes(metadata.name);
  return Object.assign({}, ...manifests.filter(isSource).map(({ data }) => data));
}

export function containersOf({ containers, initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/** Whether a selector of labels picks an object with these; one that is empty picks everything. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}
