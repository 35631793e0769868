import type { Readable } from 'node:stream';
import type { Static, TObject, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';
import type { PatrolServiceDefinition } from '../proto/generated/campus/patrol/PatrolService.ts';
import type { Caller } from './auth/caller.ts';
import type { Role } from './auth/roles.ts';
import type { Context } from './context.ts';
import type { ErrorCode, FieldError } from './errors.ts';
import type { Campus } from './patrols/campus.ts';

/** The body of a response that is not its output as JSON at once. */
export interface RestBody {
  readonly contentType: string;
  /** The name of the file that it is saved as; absent if it is shown. In ASCII. */
  readonly fileName?: string;
  /** Further headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Read in step with the client. It is destroyed when the client disconnects. */
  readonly stream: Readable;
}

/** The chapters of the API documentation. */
export type Tag = 'patrols' | 'entries' | 'events' | 'oversight';

/** An operation's REST route. Input fields that the path names come from it, the others from query or body. */
export interface RestRoute<Output> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, as in OpenAPI; `{patrolId}` is the input's `patrol_id`. */
  readonly path: string;
  /** Another path of the same operation, by which more of its input is named. */
  readonly alsoAt?: string;
  /** Headers that are fields of the input, as digits; they come before the query. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly success: 200 | 201 | 204;
  readonly tag: Tag;
  /** Returns the path of the created resource, for the `Location` header. */
  readonly location?: (output: Output) => string;
  /** Returns the body of a response that is streamed. */
  readonly body?: (output: Output) => RestBody;
  /** Whether its stream goes on until somebody ends it. A function does not serve it. */
  readonly isLive?: boolean;
  /** The media types of a streamed body, for the API documentation. */
  readonly mediaTypes?: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The RPCs of proto/patrol.proto by name, without the index signature that would accept any name. */
type Rpcs = {
  [Name in keyof PatrolServiceDefinition as string extends Name
    ? never
    : Name]: PatrolServiceDefinition[Name];
};
export type RpcName = keyof Rpcs & string;
/** An RPC's response, with every field of proto/patrol.proto. */
type RpcResponse<Name extends RpcName> = ReturnType<Rpcs[Name]['responseDeserialize']>;

/** An operation's gRPC method: the RPC of the operation's name. */
export type GrpcMethod<Name extends RpcName, Output> = {
  /** Returns the input of a message; by default all fields but `""` and 0. */
  input?(message: Fields): Fields;
} & (
  | {
      /** Returns the RPC's response. */
      response(output: Output): RpcResponse<Name>;
    }
  | {
      /** Reads the output to its end, and returns the RPC's only response. */
      collect(output: Output): Promise<RpcResponse<Name>>;
    }
  | {
      /** Returns the RPC's responses, one after another. */
      stream(output: Output): MessageStream<RpcResponse<Name>>;
    }
);

/** Messages that are read in step with the caller. */
export interface MessageStream<Message> {
  readonly messages: AsyncIterable<Message>;
  /** Ends them, also while the next one is waited for. */
  close(): void;
}

/** What inputs are validated by besides their schema: the campus and the time. */
export interface InputRules {
  readonly campus: Campus;
  readonly clock: () => Date;
}

/**
 * One thing that the service does. Transports reach it through `invoke`; it knows none of them. Its flat `Input` has
 * the contract's names.
 */
export interface Operation<
  Input extends TObject = TObject,
  Output extends TSchema = TSchema,
  Name extends RpcName = RpcName,
> {
  /** The RPC's name, also used in metrics, logs and the API documentation. */
  readonly name: Name;
  /** One line for the API documentation, in Russian. */
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly input: Input;
  /** The maximum size of its input in bytes, as JSON or as a message. */
  readonly maxInputBytes: number;
  /** Whether all fields that the input defines are valid; other fields are ignored. */
  accepts(given: unknown): given is Static<Input>;
  readonly output: Output;
  /** Returns the version of the patrol or entry that the output is, for its entity tag. */
  version?(output: Static<Output>): string;
  /** The operation's own errors, besides the common ones. */
  readonly errors: readonly ErrorCode[];
  /** Returns the fields without those that are ignored, before validation. */
  prepare?(input: Fields): Fields;
  /** Returns field errors that a schema cannot express; called even if the schema found some. */
  fieldErrorsBetween?(input: Fields, rules: InputRules): FieldError[];
  /** Absent if REST has no such route. */
  readonly rest?: RestRoute<Static<Output>>;
  readonly grpc: GrpcMethod<Name, Static<Output>>;
  handle(context: Context, input: Static<Input>, caller: Caller): Promise<Static<Output>>;
}

/** An operation with a REST route. */
export type RestOperation = Operation & { readonly rest: RestRoute<unknown> };

export function isOnRest(operation: Operation): operation is RestOperation {
  return operation.rest !== undefined;
}

/** Whether an operation changes something. */
export function isChange({ rest }: { readonly rest?: { readonly method: string } }): boolean {
  return rest !== undefined && rest.method !== 'GET';
}

/** Returns the operations on REST, each once for every path. */
export function onRest(operations: readonly Operation[]): RestOperation[] {
  return operations.filter(isOnRest).flatMap((operation) => {
    const { alsoAt } = operation.rest;
    return alsoAt ? [operation, { ...operation, rest: { ...operation.rest, path: alsoAt } }] : [operation];
  });
}

/** Enough for ids, a room and a date in any spelling. */
const MAX_INPUT_BYTES = 16 * 1024;

/** Returns the operation, its handler typed by its schemas. The input is compiled when first used. */
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

/** Errors of every operation. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
];
