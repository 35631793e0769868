/**
 * Under which account the bundled PostgreSQL programs can run here: PostgreSQL refuses root, and the account it gets
 * instead must be able to reach both the programs and the data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lchown, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface Account {
  /** Programs put before PostgreSQL's own on the command line. */
  readonly wrapper: readonly string[];
  /** Whom the first of them is spawned as; absent: as ourselves. */
  readonly spawnAs?: Ids;
  /** Who must own the data directory, seen from here; absent: whoever does. */
  readonly owner?: Ids;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Settles, never rejects, when the process is gone and its output has been read to the end. */
  readonly closed: Promise<{ readonly code: number | null }>;
  /** The last lines of its stdout and stderr. */
  output(): string;
}

const KEPT_LINES = 50;

/** Whether an error, of whichever realm, carries one of these codes (errno names or SQLSTATEs). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return Error.isError(error) && 'code' in error && codes.includes(String(error.code));
}

/** Starts a program under the account, in a process group of its own, and keeps the end of what it prints. */
export function launch(account: Account, program: string, args: readonly string[]): RunningProgram {
  const [file = program, ...rest] = [...account.wrapper, program, ...args];
  const child = spawn(file, rest, {
    cwd: '/', // the account may not be able to reach ours
    detached: true, // a Ctrl-C in the terminal is for the service, which stops its database last
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account.spawnAs,
  });
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', keep);
  const closed = new Promise<{ code: number | null }>((resolve) => {
    child.once('close', (code) => resolve({ code }));
    child.on('error', (error) => {
      keep(error.message);
      if (child.pid === undefined) resolve({ code: null }); // it never started, so nothing will close
    });
  });
  return { child, closed, output: () => lines.join('\n') };
}

/** Runs a program to its end; raises an Error with the command and its last lines unless it ends with 0. */
async function run(account: Account, program: string, args: readonly string[]): Promise<void> {
  const { closed, output } = launch(account, program, args);
  const { code } = await closed;
  const command = [...account.wrapper, program].join(' ');
  if (code !== 0) throw new Error(`${command} failed (exit code ${code}):\n${output()}`);
}

/**
 * Chooses the account: ourselves, or for root the first way down that reaches the programs and the directory: the user
 * `postgres` or `nobody`; root under another name in a user namespace (a checkout below /root, which is 0700); that user
 * with leave to pass closed directories (containers forbid namespaces). Raises an Error that says why each one failed.
 */
export async function chooseAccount(binaries: string, directory: string): Promise<Account> {
  const reasons: string[] = [];
  for (const account of await possibleAccounts()) {
    try {
      // Asked of the system rather than worked out from mode bits: it knows of ACLs, capabilities and missing libraries.
      const script = '"$1" --version && cd "$2"';
      await run(account, '/bin/sh', ['-c', script, 'sh', join(binaries, 'postgres'), directory]);
      return account;
    } catch (error) {
      reasons.push(Error.isError(error) ? error.message : String(error));
    }
  }
  throw new Error(`PostgreSQL cannot run here with its data in ${directory}:\n${reasons.join('\n')}`);
}

async function possibleAccounts(): Promise<Account[]> {
  const ourselves = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const untilWeDie = await parentDeathWrapper();
  if (ourselves.uid !== 0) return [{ wrapper: untilWeDie }];
  const user = (await unprivilegedUser()) ?? { uid: 65534, gid: 65534 };
  const { uid, gid } = user;
  const direct: Account = { wrapper: untilWeDie, spawnAs: user, owner: user };
  if (process.platform !== 'linux') return [direct];
  // The parent-death signal comes last everywhere: a change of user or namespace would clear it.
  const namespace = ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--', ...untilWeDie];
  const passing = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--pdeathsig=INT'];
  const pass = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...passing, '--'];
  return [direct, { wrapper: namespace, owner: ourselves }, { wrapper: pass, owner: user }];
}

/** Has the kernel end the server when we are killed; without util-linux's `setpriv` the server would outlive a kill -9. */
async function parentDeathWrapper(): Promise<string[]> {
  const wrapper = ['setpriv', '--pdeathsig', 'INT', '--'];
  const { code } = await launch({ wrapper }, 'true', []).closed;
  return code === 0 ? wrapper : [];
}

/** initdb looks its user up by name, so it must be one that the system knows. */
async function unprivilegedUser(): Promise<Ids | undefined> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** Raises an Error if the directory is another user's and we, not being root, cannot change that. */
export async function refuseForeignDirectory(directory: string): Promise<void> {
  const [{ uid }, ours] = [await stat(directory), process.getuid?.() ?? 0];
  if (ours === 0 || uid === ours) return;
  throw new Error(`${directory} belongs to another user (uid ${uid}): remove it, or start as that user`);
}

/** Leaves a whole database cluster in the existing directory, owned by the account: the one found there, or a new one. */
export async function prepareCluster(
  binaries: string,
  account: Account,
  directory: string,
  { durable, say = () => undefined }: { readonly durable: boolean; readonly say?: (message: string) => void },
): Promise<void> {
  if (existsSync(join(directory, 'global/pg_control'))) {
    await chmod(directory, 0o700); // PostgreSQL insists on it; a copied or restored directory may have lost it
    return giveTo(account, directory);
  }
  if ((await readdir(directory)).length > 0) {
    const aside = `${directory}.set-aside-${Date.now()}`;
    say(`${directory} holds no complete database cluster: moved to ${aside}`);
    await rename(directory, aside);
  }
  say('creating the database cluster (first start only)');
  const fresh = await mkdtemp(`${directory}.unfinished-`); // beside it, so that only a complete cluster gets the name
  try {
    await giveTo(account, fresh);
    const cluster = ['-D', fresh, '--username=campus', '--auth=trust', '--encoding=UTF8', '--locale=C'];
    await run(account, join(binaries, 'initdb'), durable ? cluster : [...cluster, '--no-sync']);
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error; // another start completed its cluster first: use that
  }
}

async function giveTo({ owner }: Account, directory: string): Promise<void> {
  if (owner === undefined) return;
  const names = ['.', ...(await readdir(directory, { recursive: true }))];
  await Promise.all(names.map((name) => lchown(join(directory, name), owner.uid, owner.gid)));
}
