import { run } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';

/** What Docker knows of an image, as far as it is looked at here. */
export interface ImageDescription {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly ExposedPorts: Readonly<Record<string, object>> | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Cmd: readonly string[];
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
}

export interface ContainerState {
  readonly Status: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Health?: { readonly Status: string };
}

/** Runs `docker` and gives what it wrote on stdout. @throws with what it wrote on stderr. */
export function docker(...args: readonly string[]): Promise<string> {
  return run('docker', args);
}

/** @throws with what to do, when no engine answers. */
export async function requireEngine(): Promise<void> {
  try {
    await docker('info', '--format', '{{.ServerVersion}}');
  } catch (error) {
    throw new Error('no Docker engine answers: start one, or set DOCKER_HOST', { cause: error });
  }
}

export async function describeImage(image: string): Promise<ImageDescription> {
  return JSON.parse(await docker('image', 'inspect', '--format', '{{json .}}', image));
}

export async function stateOf(container: string): Promise<ContainerState> {
  return JSON.parse(await docker('inspect', '--format', '{{json .State}}', container));
}

/** Gives every file below a folder of an image, without running anything of the image's own but `find`. */
export async function filesOf(image: string, folder: string): Promise<string[]> {
  const listing = await docker(
    'run',
    '--rm',
    '--network',
    'none',
    '--entrypoint',
    'find',
    image,
    folder,
    '-type',
    'f',
  );
  return listing.split('\n').filter((path) => path !== '');
}

/** Waits until a container's health check passes. @throws when it has ended, or after `limitMs`. */
export async function healthy(container: string, limitMs: number): Promise<void> {
  await until(`${container} is healthy`, limitMs, async () => {
    const { Status, Health } = await stateOf(container);
    if (Status === 'exited') throw new Error(await docker('logs', '--tail', '20', container));
    return Health?.Status === 'healthy' ? true : null;
  });
}
