import { parseArgs } from 'node:util';
import { Check } from 'typebox/schema';
import { isRole, ROLES } from '../../lib/auth/roles.ts';
import { endWithUsage } from '../../lib/bin/usage.ts';
import { UserId } from '../../lib/campus-types.ts';
import { buildingsFrom } from './campus-buildings.ts';
import { LOCAL_JWT_SECRET } from './local-campus.ts';
import { issueToken } from './token-issuer.ts';

const USAGE = `npm run token -- <role> [--sub <uuid>] [--expires <seconds, or 30m, 12h, 7d>]
Roles: ${ROLES.join(', ')}. Signed with JWT_SECRET_KEY, or with the local campus's own secret.
Whose: the well-known person of the role on the campus of CAMPUS_BUILDINGS, unless --sub says otherwise.
(npm run -s token -- … prints the token alone.)`;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const MOST_SECONDS = 3650 * 86_400;

endWithUsage(USAGE);

/** `npm run token`: a token for the local campus. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sub: { type: 'string' }, expires: { type: 'string' } },
  });
  const [role, ...rest] = positionals;
  if (role === undefined) throw new Error(USAGE);
  if (!isRole(role)) throw misused(`${JSON.stringify(role)} is no role`);
  if (rest.length > 0) throw misused(`${JSON.stringify(rest[0])} is one word too many`);
  const token = await issueToken({
    secret: process.env.JWT_SECRET_KEY || LOCAL_JWT_SECRET,
    role,
    buildings: buildingsFrom(process.env),
    ...(values.sub !== undefined && { sub: userIdOf(values.sub) }),
    ...(values.expires !== undefined && { expiresInSeconds: secondsOf(values.expires) }),
  });
  process.stdout.write(`${token}\n`);
}

/** @throws for what is no id of a user: auth-service would know nobody by it. */
function userIdOf(text: string): string {
  if (!Check(UserId, text)) throw misused(`--sub ${JSON.stringify(text)} is no UUID`);
  return text;
}

/** A negative time makes a token that has expired, to see what that looks like. */
function secondsOf(text: string): number {
  const [, amount, unit = 's'] = /^(-?\d+)([smhd])?$/.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? 1);
  if (amount === undefined || Math.abs(seconds) > MOST_SECONDS)
    throw misused(`--expires ${JSON.stringify(text)} is no time of at most ten years`);
  return seconds;
}

function misused(fault: string): Error {
  return new Error(`${fault}\n\n${USAGE}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exit(1);
});
