import { parseAllDocuments } from 'yaml';
import { run } from '../verify-observability/child-process.ts';

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
}

export type Labels = Readonly<Record<string, string>>;

export interface NetworkRule {
  readonly ports?: readonly { readonly port?: number | string }[];
}

/** An object as far as it is looked into here; schemas are checked apart. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly ports?: readonly { readonly name?: string; readonly targetPort?: number | string }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly endpoints?: readonly { readonly port?: string }[];
    readonly podSelector?: Selector;
    readonly ingress?: readonly NetworkRule[];
    readonly egress?: readonly NetworkRule[];
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

/** Renders an overlay as `kubectl apply -k` would. @throws with kustomize's own words. */
export async function rendered(overlay: string): Promise<Manifest[]> {
  const text = await run('kubectl', ['kustomize', `infra/kubernetes/overlays/${overlay}`]);
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** Gives every pod template of the objects, with the object it is of. */
export function podsOf(manifests: readonly Manifest[]) {
  return manifests.flatMap((owner) => {
    const { template } = owner.spec ?? {};
    return template ? [{ owner, template, pod: template.spec }] : [];
  });
}

export function containersOf({ containers, initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}
