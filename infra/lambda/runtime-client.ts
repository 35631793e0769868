import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLIENT = 'aws-lambda-ric';
const VERSION = '4.0.2';

/** A runtime under way: AWS's client, with the function in it. */
export interface Runtime {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

/**
 * Gives AWS's runtime client, which is compiled where it is installed; once installed it is used again. It is no
 * dependency of the project: only this verification and the function's image have it.
 * @throws with npm's own words when it cannot be built (it wants autoconf, automake, libtool, cmake, make and g++).
 */
export async function runtimeClient(say: (line: string) => void): Promise<string> {
  const folder = join(tmpdir(), `patrol-${CLIENT}-${VERSION}`);
  const installed = join(folder, 'node_modules', CLIENT);
  if (existsSync(join(installed, 'rapid-client.node'))) return join(installed, 'index.mjs');
  say(`compiling ${CLIENT} ${VERSION} in ${folder}: a minute or two, once`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { [CLIENT]: true } }),
  );
  const npm = follow(
    spawn('npm', ['install', '--no-audit', '--no-fund', `${CLIENT}@${VERSION}`], { cwd: folder }),
  );
  if ((await npm.exited) !== 0 || !existsSync(join(installed, 'rapid-client.node'))) {
    throw new Error(
      `${CLIENT} could not be built (autoconf, automake, libtool, cmake, make, g++):\n${npm.output()}`,
    );
  }
  return join(installed, 'index.mjs');
}

export interface RuntimeOptions {
  readonly client: string;
  /** The folder with index.mjs. */
  readonly taskRoot: string;
  readonly runtimeApi: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts the function as Lambda starts an image's: nothing is in its environment but what Lambda and we put there. */
export function startRuntime({ client, taskRoot, runtimeApi, environment }: RuntimeOptions): Runtime {
  const env = {
    PATH: '/usr/bin:/bin',
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: 'patrol-service',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/patrol-service',
    AWS_LAMBDA_LOG_STREAM_NAME: 'verify',
    AWS_REGION: 'eu-central-1',
    ...environment,
  };
  return follow(spawn(process.execPath, [client, env._HANDLER], { cwd: taskRoot, env }));
}

function follow(child: ChildProcess): Runtime {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  return { child, output: () => output, exited: once(child, 'close').then(([code]) => code) };
}
