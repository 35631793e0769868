import { Service as KnativeService } from '@kubernetes-models/knative/serving.knative.dev/v1';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './manifests.ts';
import { unknownFields, type Validated } from './unknown-fields.ts';

/** The schemas, by `apiVersion/kind`. A model is typed by what it describes; what comes from YAML is to be found out. */
const SCHEMAS: Readonly<Record<string, new (data: never) => Validated>> = {
  'v1/ConfigMap': ConfigMap,
  'v1/Service': Service,
  'v1/ServiceAccount': ServiceAccount,
  'apps/v1/Deployment': Deployment,
  'autoscaling/v2/HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'batch/v1/Job': Job,
  'networking.k8s.io/v1/NetworkPolicy': NetworkPolicy,
  'policy/v1/PodDisruptionBudget': PodDisruptionBudget,
  'monitoring.coreos.com/v1/PrometheusRule': PrometheusRule,
  'monitoring.coreos.com/v1/ServiceMonitor': ServiceMonitor,
  'serving.knative.dev/v1/Service': KnativeService,
};

/** Gives the fields that an object's schema does not know. @throws with what is not as the schema has it. */
export function checkSchema(manifest: Manifest): string[] {
  const name = `${manifest.apiVersion}/${manifest.kind}`;
  const Schema = SCHEMAS[name];
  if (!Schema) throw new Error(`no schema for ${name}`);
  // The model's constructor wants what `validate` is about to find out.
  return unknownFields(new Schema(manifest as never));
}
