import type { Static, TObject, TSchema } from 'typebox';
import type { Claim } from './auth/authentication.ts';
import type { Credentials, Identity, ReachingUser } from './auth/caller.ts';
import { isStudentAlone } from './auth/reach.ts';
import type { UserId } from './campus-types.ts';
import type { Context } from './context.ts';
import { readIfMatch } from './entity-tags.ts';
import { type ErrorCode, type FieldError, PatrolServiceError } from './errors.ts';
import { COMMON_ERRORS, isChange, type Operation } from './operation.ts';
import { activeSignal } from './telemetry/trace-identity.ts';
import { validInput } from './validation.ts';

/** A request as a transport passes it on, unchecked. */
export interface Request {
  readonly input: unknown;
  readonly credentials: Credentials;
  /** What the transport found of the credentials, if it has checked them before it read a body. */
  readonly claim?: Claim | null;
  /** Field errors of the transport itself; one named `body` means that no field could be read. */
  readonly fieldErrors?: readonly FieldError[];
  /** The header or metadata `If-Match`, unchanged. */
  readonly ifMatch?: string | undefined;
  /** Called with the caller's id for the log line: by the checked token, then by auth-service. */
  readonly onUser?: (userId: UserId) => void;
}

/**
 * Runs an operation: the only door to a handler. Checks without a call come first: anonymous callers learn nothing
 * about inputs, and invalid requests do not reach auth-service.
 * @throws {PatrolServiceError} UNAUTHORIZED, VALIDATION_ERROR, FORBIDDEN, SERVICE_UNAVAILABLE, and the operation's own
 * errors.
 */
export function invoke<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  context: Context,
  request: Request,
): Promise<Static<Output>> {
  const { spans, admission, authentication } = context;
  return spans
    .around({ name: operation.name }, async () => {
      const claim = request.claim ?? (await authentication.check(request.credentials));
      const claimed = 'identity' in claim ? claim.identity.user_id : claim.subject;
      if (claimed) request.onUser?.(claimed);
      return admission.admit(authentication.claimant(claim), async (slot) => {
        const { ifMatch, fieldErrors } = readIfMatch(isChange(operation) ? request.ifMatch : undefined);
        const input = validInput(operation, request.input, context, [
          ...(request.fieldErrors ?? []),
          ...fieldErrors,
        ]);
        const identity = await authentication.confirm(claim);
        request.onUser?.(identity.user_id);
        slot.belongsTo({ isStudent: isStudentAlone(identity.roles) });
        authorize(operation, identity);
        const user = await authentication.reach(identity);
        const caller = { ...user, ifMatch, confirm: () => confirmAgain(operation, context, request, user) };
        throwIfCallerLeft();
        const output = await context.recentChanges.around(user.user_id, isChange(operation), () =>
          operation.handle(context, input, caller),
        );
        if (isChange(operation)) context.watchers.wake();
        return output;
      });
    })
    .catch((error: unknown) => {
      if (context.strict) expectListed(operation, error);
      throw error;
    });
}

/** Checks that somebody who watches may still do so, and lives where they did. @throws as `invoke` does. */
async function confirmAgain(
  operation: Pick<Operation, 'name' | 'roles'>,
  { authentication }: Pick<Context, 'authentication'>,
  { credentials }: Pick<Request, 'credentials'>,
  { reach }: ReachingUser,
): Promise<void> {
  const identity = await authentication.confirm(await authentication.check(credentials));
  authorize(operation, identity);
  const { only } = (await authentication.reach(identity)).reach;
  if (only?.building !== reach.only?.building || only?.entrance !== reach.only?.entrance) {
    throw new PatrolServiceError('FORBIDDEN', 'the caller reaches another entrance by now');
  }
}

/** Checks that the operation lists the error. @throws if not: it would be missing in the API document. */
function expectListed({ name, errors }: Pick<Operation, 'name' | 'errors'>, error: unknown): void {
  const isListed = (code: ErrorCode) => COMMON_ERRORS.includes(code) || errors.includes(code);
  if (!(error instanceof PatrolServiceError) || isListed(error.code)) return;
  throw new Error(`${name} does not list ${error.code}`, { cause: error });
}

/** Throws if the caller has disconnected or reached its deadline: nothing may be changed after that. */
function throwIfCallerLeft(): void {
  if (!activeSignal()?.aborted) return;
  throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the caller no longer waits');
}

function authorize({ name, roles }: Pick<Operation, 'name' | 'roles'>, identity: Identity): void {
  if (identity.roles.some((role) => roles.includes(role))) return;
  throw new PatrolServiceError('FORBIDDEN', `${name} is not for ${identity.roles.join(', ') || 'nobody'}`);
}
