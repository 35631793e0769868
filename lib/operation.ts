import type { Static, TObject, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';
import type { PatrolServiceDefinition } from '../proto/generated/campus/patrol/PatrolService.ts';
import type { Caller } from './auth/caller.ts';
import type { Role } from './auth/roles.ts';
import type { Context } from './context.ts';
import type { ErrorCode, FieldError } from './errors.ts';
import type { Campus } from './patrols/campus.ts';

/** Where REST mounts an operation. Fields of the input that the path names come from it; the rest from query or body. */
export interface RestRoute<Output> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, as OpenAPI writes it; `{patrolId}` is the input's `patrol_id`. */
  readonly path: string;
  readonly success: 200 | 201 | 204;
  /** The path of what was made, for the `Location` header. */
  readonly location?: (output: Output) => string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The RPCs of proto/patrol.proto, by name: without the index signature, which would let any name pass. */
type Rpcs = {
  [Name in keyof PatrolServiceDefinition as string extends Name
    ? never
    : Name]: PatrolServiceDefinition[Name];
};
export type RpcName = keyof Rpcs & string;
/** An RPC's response, with every field that proto/patrol.proto gives it. */
type RpcResponse<Name extends RpcName> = ReturnType<Rpcs[Name]['responseDeserialize']>;

/** How gRPC mounts an operation: as the RPC of the operation's own name. */
export interface GrpcMethod<Name extends RpcName, Output> {
  /** Returns the input that a message says; without it, the message's own fields, `""` and 0 left out. */
  input?(message: Fields): Fields;
  /** Returns the RPC's response. */
  response(output: Output): RpcResponse<Name>;
}

/** What any input is judged by besides its schema: which campus this is, and when it came. */
export interface InputRules {
  readonly campus: Campus;
  readonly clock: () => Date;
}

/**
 * One thing the service does, as one plain object: every mount reaches it through `invoke`, and it knows none of them.
 * `Input` is flat: names are the contract's own, whether a mount has them in a path, a query, a body or a message.
 */
export interface Operation<
  Input extends TObject = TObject,
  Output extends TSchema = TSchema,
  Name extends RpcName = RpcName,
> {
  /** The RPC's name; metrics, logs and the API documentation know it by this one too. */
  readonly name: Name;
  /** One line for the API documentation, in Russian. */
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly input: Input;
  /** The most bytes that its input can take, as JSON or as a message. */
  readonly maxInputBytes: number;
  /** Whether every field that the input has is right and none is missing; fields that it does not know are passed over. */
  accepts(given: unknown): given is Static<Input>;
  readonly output: Output;
  /** The errors of its own, besides those that every operation has. */
  readonly errors: readonly ErrorCode[];
  /** Returns the fields without what is passed over, before anything is asked of them. */
  prepare?(input: Fields): Fields;
  /** Faults that a schema cannot say; it is asked even when the schema already found some. */
  fieldErrorsBetween?(input: Fields, rules: InputRules): FieldError[];
  /** Absent where REST has no such request. */
  readonly rest?: RestRoute<Static<Output>>;
  readonly grpc: GrpcMethod<Name, Static<Output>>;
  handle(context: Context, input: Static<Input>, caller: Caller): Promise<Static<Output>>;
}

/** An operation that REST mounts too. */
export type RestOperation = Operation & { readonly rest: RestRoute<unknown> };

export function isOnRest(operation: Operation): operation is RestOperation {
  return operation.rest !== undefined;
}

/** Enough for ids, a room and a date, however they are written. */
const MAX_INPUT_BYTES = 16 * 1024;

/** Gives the operation as written, its handler typed by its own schemas; its input is compiled when it is first needed. */
export function operation<Input extends TObject, Output extends TSchema, Name extends RpcName>(
  definition: Omit<Operation<Input, Output, Name>, 'accepts' | 'maxInputBytes'> &
    Partial<Pick<Operation, 'maxInputBytes'>>,
): Operation<Input, Output, Name> {
  let compiled: Validator | undefined;
  return {
    maxInputBytes: MAX_INPUT_BYTES,
    ...definition,
    accepts(given): given is Static<Input> {
      compiled ??= Compile<TSchema>(definition.input);
      return compiled.Check(given);
    },
  };
}

/** Refusals that any operation may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
];
