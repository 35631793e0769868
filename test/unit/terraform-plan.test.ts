import { expect, test } from '@jest/globals';
import { PLAN_RULES, type Plan, withoutKey } from '../../infra/lambda/plan-rules.ts';

type Field = Readonly<Record<string, unknown>>;

/** A plan of one resource, as Terraform writes it. */
function planOf(type: string, after: Field, unknown: Field = {}): Plan {
  return { resource_changes: [{ address: 'x', type, change: { after, after_unknown: unknown } }] };
}

function stackOf(properties: Field): Plan {
  const permission = { Type: 'AWS::Lambda::Permission', Properties: properties };
  return planOf('aws_cloudformation_stack', {
    template_body: JSON.stringify({ Resources: { permission } }),
  });
}

function faultsOf(plan: Plan): string[] {
  return Object.values(PLAN_RULES).flatMap((rule) => rule(plan));
}

const invoke = { action: 'lambda:InvokeFunction', principal: '*' };
const statement = { Action: 'kms:Decrypt', Resource: 'key' };
const policyOf = (...statements: readonly Field[]) =>
  planOf('aws_iam_role_policy', { policy: JSON.stringify({ Statement: statements }) });

test.each([
  ['everybody, without a condition', planOf('aws_lambda_permission', invoke)],
  ['everybody, by a stack', stackOf({ Action: invoke.action, Principal: '*' })],
  [
    'a service, for any source',
    planOf('aws_lambda_permission', { ...invoke, principal: 'apigateway.amazonaws.com' }),
  ],
  ['a function URL that nobody may call', planOf('aws_lambda_function_url', {})],
  ['a way out to everywhere', planOf('aws_vpc_security_group_egress_rule', { cidr_ipv4: '0.0.0.0/0' })],
  ['a way in from everywhere', planOf('aws_vpc_security_group_ingress_rule', { cidr_ipv6: '::/0' })],
  ['half of everywhere', planOf('aws_vpc_security_group_egress_rule', { cidr_ipv4: '0.0.0.0/1' })],
  ['a rule inside its group', planOf('aws_security_group', { egress: [{ cidr_blocks: ['0.0.0.0/0'] }] })],
  ['a log for ever', planOf('aws_cloudwatch_log_group', { retention_in_days: null })],
  ['a key for anything', policyOf(statement)],
  [
    'a key for anything, in a document that is not known whole',
    planOf('aws_iam_policy_document', { statement: [{ actions: ['kms:Decrypt'], condition: [] }] }),
  ],
])('a plan with %s is found', (_name, plan) => {
  expect(faultsOf(plan)).not.toEqual([]);
});

test.each([
  [
    'the URL alone',
    planOf('aws_lambda_permission', {
      ...invoke,
      action: 'lambda:InvokeFunctionUrl',
      function_url_auth_type: 'NONE',
    }),
  ],
  ['calls through the URL', stackOf({ Action: invoke.action, Principal: '*', InvokedViaFunctionUrl: true })],
  [
    'one API, which AWS will name',
    planOf(
      'aws_lambda_permission',
      { ...invoke, principal: 'apigateway.amazonaws.com' },
      { source_arn: true },
    ),
  ],
  ['one range', planOf('aws_vpc_security_group_egress_rule', { cidr_ipv4: '10.20.0.0/24' })],
  ['a log of a month', planOf('aws_cloudwatch_log_group', { retention_in_days: 30 })],
  ['a key for one secret', policyOf({ ...statement, Condition: { StringEquals: { a: 'b' } } })],
])('a plan with %s is let through', (_name, plan) => {
  expect(faultsOf(plan)).toEqual([]);
});

test('a log and a secret that do without the key that was named are found', () => {
  expect(withoutKey(planOf('aws_cloudwatch_log_group', { kms_key_id: null }), 'key')).toHaveLength(1);
  expect(withoutKey(policyOf({ Action: 'secretsmanager:GetSecretValue' }), 'key')).toHaveLength(1);
  expect(withoutKey(policyOf({ Action: 'secretsmanager:GetSecretValue' }, statement), 'key')).toEqual([]);
});
