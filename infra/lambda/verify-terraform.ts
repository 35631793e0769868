/**
 * `npm run verify:terraform`: the format, `validate`, and a plan of every variant with dummy keys, in a copy of the folder;
 * nothing on AWS is asked. Where the provider is not to be downloaded, TF_PLUGIN_DIR names a folder that has it.
 */
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChecklist } from '../verify-observability/checklist.ts';
import { run } from '../verify-observability/child-process.ts';

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
};

const VARIANTS: Readonly<Record<string, object>> = {
  'behind the HTTP API': {},
  'behind a function URL': { front: 'url' },
  'with RDS Proxy': {
    rds_proxy: {
      db_instance_identifier: 'patrol',
      credentials_secret_arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:proxy',
    },
  },
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
  for (const [name, variables] of Object.entries(VARIANTS)) {
    await checklist.check(`terraform plan ${name}`, async () => {
      await writeFile(join(folder, 'terraform.tfvars.json'), JSON.stringify({ ...REQUIRED, ...variables }));
      const plan = await terraform('plan', '-input=false', '-refresh=false', '-no-color');
      return {
        seen: /^Plan: .*$/m.exec(plan)?.[0] ?? 'no plan',
        faults: plan.includes('Plan: ') ? [] : ['no plan'],
      };
    });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${checklist.table()}\n`);
process.exitCode = checklist.hasFaults ? 1 : 0;
