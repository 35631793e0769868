import type { Static, TObject, TSchema } from 'typebox';
import type { Context } from './context.ts';
import { type Fault, PatrolServiceError } from './errors.ts';
import type { Caller, Credentials } from './identity/caller.ts';
import type { Operation } from './operation.ts';
import { activeSignal } from './telemetry/trace-identity.ts';
import { validInput } from './validation.ts';

/** A request as a mount hands it over: nothing in it has been checked. */
export interface Request {
  readonly input: unknown;
  readonly credentials: Credentials;
  /** Faults that the mount itself met; a fault called `body` says that it could not read the fields at all. */
  readonly faults?: readonly Fault[];
  /** Told who calls as soon as it is known, for the mount's log line. */
  readonly onCaller?: (caller: Caller) => void;
}

/**
 * The only door to a handler. What can be refused without asking anybody comes first: a stranger learns nothing of
 * what a request should look like, and a faulty request costs auth-service nothing.
 * @throws {PatrolServiceError} UNAUTHORIZED, VALIDATION_ERROR, FORBIDDEN, SERVICE_UNAVAILABLE, and the operation's own refusals.
 */
export function invoke<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  context: Context,
  request: Request,
): Promise<Static<Output>> {
  const { spans, admission, authentication } = context;
  const serve = async () => {
    const checked = await authentication.check(request.credentials);
    const input = validInput(operation, request.input, request.faults);
    const caller = await authentication.confirm(checked);
    request.onCaller?.(caller);
    stopIfNobodyWaits();
    authorize(operation, caller);
    return await operation.handle(context, input, caller);
  };
  return spans.around({ name: operation.name }, () => admission.admit(serve));
}

/** A caller who has gone, or whose deadline has passed, must not find that something was done after all. */
function stopIfNobodyWaits(): void {
  if (!activeSignal()?.aborted) return;
  throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the caller no longer waits');
}

function authorize({ name, roles }: Pick<Operation, 'name' | 'roles'>, caller: Caller): void {
  if (caller.roles.some((role) => roles.includes(role))) return;
  throw new PatrolServiceError('FORBIDDEN', `${name} is not for ${caller.roles.join(', ') || 'nobody'}`);
}
