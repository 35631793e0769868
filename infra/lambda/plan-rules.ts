/** A plan as `terraform show -json` writes it, as far as it is looked into here. */
export interface Plan {
  readonly resource_changes: readonly PlannedResource[];
}

interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly after: Readonly<Record<string, unknown>>;
    /** What only AWS will say, as `true`. */
    readonly after_unknown: Readonly<Record<string, unknown>>;
  };
}

/** Finds what of a plan reaches further than it should, in words. */
type PlanRule = (plan: Plan) => string[];

export const PLAN_RULES: Readonly<Record<string, PlanRule>> = {
  'each caller is let in by one way': callersAreNarrow,
  'a function URL has both permissions': urlIsUsable,
  'no rule of a security group is open to everywhere': networkIsNarrow,
  'logs do not stay for ever': logsEnd,
  'a key decrypts one secret': keysAreNarrow,
};

interface Permission {
  readonly address: string;
  readonly action: unknown;
  readonly principal: unknown;
  readonly isNarrow: boolean;
}

/** Everybody may call through the function URL only, a service of AWS for one source only. */
function callersAreNarrow(plan: Plan): string[] {
  return permissionsOf(plan)
    .filter(({ isNarrow }) => !isNarrow)
    .map(({ address, action, principal }) => `${address}: ${action} for ${principal} without a condition`);
}

function urlIsUsable(plan: Plan): string[] {
  if (ofType(plan, 'aws_lambda_function_url').length === 0) return [];
  const granted = permissionsOf(plan).map(({ action }) => action);
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']
    .filter((action) => !granted.includes(action))
    .map((action) => `nobody is granted ${action}`);
}

function permissionsOf(plan: Plan): Permission[] {
  const ofProvider = ofType(plan, 'aws_lambda_permission').map(({ address, change }) => {
    const { after, after_unknown: unknown } = change;
    const source = after.source_arn ?? unknown.source_arn;
    const isNarrow = Boolean(after.principal === '*' ? after.function_url_auth_type : source);
    return { address, action: after.action, principal: after.principal, isNarrow };
  });
  const ofStacks = ofType(plan, 'aws_cloudformation_stack').flatMap(({ address, change }) =>
    stackPermissions(change.after.template_body).map((properties) => ({
      address,
      action: properties.Action,
      principal: properties.Principal,
      isNarrow: properties.InvokedViaFunctionUrl === true,
    })),
  );
  return [...ofProvider, ...ofStacks];
}

interface StackTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
}

function stackPermissions(body: unknown) {
  if (typeof body !== 'string') throw new TypeError('the plan does not know what is in a stack');
  const { Resources }: StackTemplate = JSON.parse(body);
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
    .map(({ Properties }) => Properties);
}

/** A range of addresses wider than a /8, of IPv6 than a /16, is everywhere. */
const WIDEST = { cidr_ipv4: 8, cidr_ipv6: 16 };

function networkIsNarrow(plan: Plan): string[] {
  const rules = ['egress', 'ingress'].flatMap((way) => ofType(plan, `aws_vpc_security_group_${way}_rule`));
  const wide = rules.filter(({ change: { after } }) =>
    Object.entries(WIDEST).some(([field, bits]) => {
      const range = after[field];
      return typeof range === 'string' && Number(range.split('/')[1]) < bits;
    }),
  );
  const inline = ofType(plan, 'aws_security_group').filter(
    ({ change: { after } }) => isFilled(after.egress) || isFilled(after.ingress),
  );
  return [
    ...wide.map(({ address }) => `${address} is open to everywhere`),
    ...inline.map(({ address }) => `${address} has rules of its own, which nothing here looks at`),
  ];
}

function logsEnd(plan: Plan): string[] {
  return ofType(plan, 'aws_cloudwatch_log_group')
    .filter(({ change: { after } }) => !after.retention_in_days)
    .map(({ address }) => `${address} is kept for ever`);
}

/** Gives what of a plan does without the key that it was told to use. */
export function withoutKey(plan: Plan, key: string): string[] {
  const logs = ofType(plan, 'aws_cloudwatch_log_group').filter(
    ({ change: { after } }) => after.kms_key_id !== key,
  );
  const statements = statementsOf(plan);
  const decrypting = statements.filter(({ actions }) => actions.includes('kms:Decrypt'));
  const readers = statements
    .filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))
    .filter(({ address }) => !decrypting.some((other) => other.address === address));
  return [
    ...logs.map(({ address }) => `${address} is not encrypted with the key that was named`),
    ...readers.map(({ address }) => `${address} reads a secret and may not decrypt it`),
  ];
}

function keysAreNarrow(plan: Plan): string[] {
  return statementsOf(plan)
    .filter(({ actions, hasCondition }) => actions.includes('kms:') && !hasCondition)
    .map(({ address }) => `${address}: the key may be used for anything`);
}

interface Statement {
  readonly address: string;
  readonly actions: string;
  readonly hasCondition: boolean;
}

function statementsOf(plan: Plan): Statement[] {
  const known = ofType(plan, 'aws_iam_role_policy').flatMap(({ address, change: { after } }) =>
    typeof after.policy === 'string' ? statementsIn(JSON.parse(after.policy).Statement, address) : [],
  );
  // A document with a part that only AWS will say is planned as a data source.
  const planned = ofType(plan, 'aws_iam_policy_document').flatMap(({ address, change: { after } }) =>
    statementsIn(after.statement, address),
  );
  return [...known, ...planned];
}

function statementsIn(statements: unknown, address: string): Statement[] {
  const list: readonly Readonly<Record<string, unknown>>[] = [statements].flat().filter(isRecord);
  return list.map((statement) => ({
    address,
    actions: String(statement.Action ?? statement.actions),
    hasCondition: isFilled(statement.Condition ?? statement.condition),
  }));
}

function ofType(plan: Plan, type: string): PlannedResource[] {
  return plan.resource_changes.filter((resource) => resource.type === type);
}

function isFilled(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
