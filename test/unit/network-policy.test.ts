import { expect, test } from '@jest/globals';
import type { Manifest, NetworkPeer, NetworkRule } from '../../infra/verify-kubernetes/manifests.ts';
import { networkLetsThrough, podsAreFenced, rulesAreNarrow } from '../../infra/verify-kubernetes/network.ts';

const labels = { 'app.kubernetes.io/name': 'patrol-service' };

const pods: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'patrol-service' },
  spec: {
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            image: 'i:1',
            ports: [{ name: 'http', containerPort: 8002 }],
            envFrom: [{ configMapRef: { name: 'patrol-service' } }],
          },
        ],
      },
    },
  },
};

function policyOf(way: 'ingress' | 'egress', rules: readonly NetworkRule[]): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: way },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: [way === 'ingress' ? 'Ingress' : 'Egress'],
      [way]: rules,
    },
  };
}

const ports = [{ port: 5432 }];
const gateway = { namespaceSelector: { matchLabels: { 'campus/role': 'gateway' } } };

test.each<[string, NetworkRule]>([
  ['no other end', { ports }],
  ['no port', { to: [gateway] }],
  ['every namespace', { ports, to: [{ namespaceSelector: {} }] }],
  ['every address', { ports, to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
  ['every namespace, beside one', { ports, to: [gateway, { namespaceSelector: {} }] }],
  ['a selector that kustomize made its own', { ports, to: [{ podSelector: { matchLabels: labels } }] }],
])('a way out to %s is found', (_name, rule) => {
  expect(rulesAreNarrow([pods, policyOf('egress', [rule])])).toHaveLength(1);
});

test('a way in from everywhere is found', () => {
  expect(rulesAreNarrow([pods, policyOf('ingress', [{ ports }])])).toHaveLength(1);
});

test.each<[string, NetworkPeer]>([
  ['namespaces by a label', gateway],
  ['its own namespace', { podSelector: {} }],
  ['one address', { ipBlock: { cidr: '192.0.2.1/32' } }],
])('a way out to %s is let through', (_name, peer) => {
  expect(rulesAreNarrow([pods, policyOf('egress', [{ ports, to: [peer] }])])).toEqual([]);
});

test('pods that no policy holds are found, for each way', () => {
  expect(podsAreFenced([pods])).toHaveLength(2);
  expect(podsAreFenced([pods, policyOf('egress', [])])).toHaveLength(1);
  expect(podsAreFenced([pods, policyOf('egress', []), policyOf('ingress', [])])).toEqual([]);
});

test('what is needed may stand in several policies; what is missing or idle is named', () => {
  const settings: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'patrol-service' },
    data: { AUTH_GRPC_PORT: '50051' },
  };
  const out = (...to: readonly number[]) =>
    policyOf('egress', [{ to: [gateway], ports: to.map((port) => ({ port })) }]);
  const into = (port: number | string) => policyOf('ingress', [{ from: [gateway], ports: [{ port }] }]);
  const enough = [pods, settings, out(53, 5432), out(4318, 50051), into('http')];
  expect(networkLetsThrough(enough)).toEqual([]);
  expect(networkLetsThrough([pods, settings, out(53, 5432, 4318), into(9)])).toEqual([
    'Deployment patrol-service: no way out to 50051',
    'Deployment patrol-service: no way in to http',
    'a way in to 9, where nothing listens',
  ]);
});

test('Knative takes requests at its own ports', () => {
  const service: Manifest = {
    ...pods,
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    spec: {
      template: {
        metadata: { labels },
        spec: { containers: [{ image: 'i:1', ports: [{ name: 'h2c', containerPort: 50052 }] }] },
      },
    },
  };
  const out = policyOf('egress', [{ to: [gateway], ports: [53, 5432, 4318].map((port) => ({ port })) }]);
  const into = (port: number) => policyOf('ingress', [{ from: [gateway], ports: [{ port }] }]);
  expect(networkLetsThrough([service, out, into(8013)])).toEqual([]);
  expect(networkLetsThrough([service, out, into(50_052)])).toEqual([
    'Service patrol-service: no way in to 8013',
  ]);
});
