/**
 * `npm run verify:terraform`: the format, `validate`, and a plan of every variant with dummy keys, in a copy of the folder,
 * with what each plan would grant and open; then what must be refused. Nothing on AWS is asked. Where the provider is not
 * to be downloaded, TF_PLUGIN_DIR names a folder that has it.
 */
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { createChecklist, type Outcome, reasonOf } from '../verify-observability/checklist.ts';
import { run } from '../verify-observability/child-process.ts';
import { PLAN_RULES, type Plan, withoutKey } from './plan-rules.ts';

takeNoArguments(`npm run verify:terraform
Validates the Terraform of the cloud function and plans it, without an account. It downloads AWS's provider, or takes it
from the folder TF_PLUGIN_DIR.`);

/** A provider that signs with nothing and asks nobody whether it may. */
const DUMMY_PROVIDER = `
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "dummy"
  secret_key                  = "dummy"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
`;

const REQUIRED = {
  image_uri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/patrol@sha256:${'0'.repeat(64)}`,
  secret_arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:patrol',
  auth_service: { host: 'auth.internal' },
  application_service: { host: 'application.internal' },
  vpc_id: 'vpc-0',
  subnet_ids: ['subnet-0', 'subnet-1'],
  database: { security_group_id: 'sg-0' },
  peers_security_group_id: 'sg-1',
  secrets_manager: { endpoint_security_group_id: 'sg-2' },
};

const RDS_PROXY = {
  db_instance_identifier: 'patrol',
  credentials_secret_arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:proxy',
};
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/patrol';

const VARIANTS: Readonly<Record<string, object>> = {
  'behind the HTTP API': {},
  'behind a function URL': { front: 'url', name: 'patrol_service' },
  'with RDS Proxy, and a prefix list': { rds_proxy: RDS_PROXY, secrets_manager: { prefix_list_id: 'pl-0' } },
  'with keys of its own, and a range': {
    secrets_manager: { cidr_ipv4: '10.20.0.0/24' },
    secret_kms_key_arn: KEY,
    log_kms_key_arn: KEY,
    rds_proxy: { ...RDS_PROXY, credentials_kms_key_arn: KEY },
  },
};

/** What must not be planned, each with a word of why. */
const REFUSED: Readonly<Record<string, readonly [object, RegExp]>> = {
  'no way to Secrets Manager': [{ secrets_manager: {} }, /exactly one/],
  'two ways to Secrets Manager': [
    { secrets_manager: { endpoint_security_group_id: 'sg-2', cidr_ipv4: '10.20.0.0/24' } },
    /exactly one/,
  ],
  'a way to everywhere': [{ secrets_manager: { cidr_ipv4: '0.0.0.0/0' } }, /no wider/],
  'a password among the settings': [
    { settings: { DATABASE_READ_URL: 'postgresql://u:p@h/d' } },
    /the secret/,
  ],
  'a setting that would be overridden': [
    { settings: { AUTH_GRPC_HOST: 'other' } },
    /variables of\s+their own/,
  ],
  'a building twice': [{ campus: { buildings: '8:4,8:4' } }, /each building once/],
  'a building that is no name': [{ campus: { buildings: 'a-b:3' } }, /like 8:4/],
  'a topic that is none': [{ alarm_topic_arn: '' }, /ARN of an SNS topic/],
  'no subnet': [{ subnet_ids: [] }, /one subnet at least/],
  'no instance': [{ reserved_concurrency: 0 }, /1 or more/],
};

const folder = await mkdtemp(join(tmpdir(), 'patrol-terraform-'));
const terraform = (...args: readonly string[]) => run('terraform', args, folder);
const checklist = createChecklist();
try {
  const source = new URL('.', import.meta.url).pathname;
  const files = (await readdir(source)).filter((file) => file.endsWith('.tf'));
  for (const file of files) await cp(join(source, file), join(folder, file));
  await checklist.check('terraform fmt', async () => ({
    seen: files.join(' '),
    faults: (await terraform('fmt', '-check', '-list=true')).split('\n').filter(Boolean),
  }));
  await writeFile(join(folder, 'dummy.tf'), DUMMY_PROVIDER);
  await checklist.check('terraform validate', async () => {
    const plugins = process.env.TF_PLUGIN_DIR ? [`-plugin-dir=${process.env.TF_PLUGIN_DIR}`] : [];
    await terraform('init', '-backend=false', '-input=false', ...plugins);
    return { seen: (await terraform('validate', '-no-color')).trim(), faults: [] };
  });
  await checklist.check('terraform plan of terraform.tfvars.example', async () => {
    await cp(join(source, 'terraform.tfvars.example'), join(folder, 'terraform.tfvars'));
    return checkPlanned();
  });
  await rm(join(folder, 'terraform.tfvars'), { force: true });
  for (const [name, variables] of Object.entries(VARIANTS)) {
    await checklist.check(`terraform plan ${name}`, () => checkPlan(variables));
  }
  for (const [name, [variables, why]] of Object.entries(REFUSED)) {
    await checklist.check(`terraform plan refuses ${name}`, () => checkRefusal(variables, why));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${checklist.table()}\n`);
process.exitCode = checklist.hasFaults ? 1 : 0;

async function plan(): Promise<string> {
  return terraform('plan', '-input=false', '-refresh=false', '-no-color', '-out=plan');
}

async function setVariables(variables: object): Promise<void> {
  await writeFile(join(folder, 'terraform.tfvars.json'), JSON.stringify({ ...REQUIRED, ...variables }));
}

async function checkPlan(variables: object): Promise<Outcome> {
  await setVariables(variables);
  return checkPlanned('log_kms_key_arn' in variables);
}

async function checkPlanned(hasKey = false): Promise<Outcome> {
  const seen = /^Plan: .*$/m.exec(await plan())?.[0];
  const planned: Plan = JSON.parse(await terraform('show', '-json', 'plan'));
  const faults = Object.values(PLAN_RULES).flatMap((rule) => rule(planned));
  const keyless = hasKey ? withoutKey(planned, KEY) : [];
  return { seen: seen ?? 'no plan', faults: [...(seen ? [] : ['no plan']), ...faults, ...keyless] };
}

async function checkRefusal(variables: object, why: RegExp): Promise<Outcome> {
  await setVariables(variables);
  const refusal = await plan().then(
    () => '',
    (error: unknown) => reasonOf(error),
  );
  return {
    seen: why.exec(refusal)?.[0] ?? '',
    faults: why.test(refusal) ? [] : [refusal || 'it was planned'],
  };
}
