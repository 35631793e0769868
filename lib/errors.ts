import type { PatrolId } from './campus-types.ts';

/** gRPC status names as strings: neither this table nor the domain needs grpc-js. */
export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

interface ErrorRow {
  readonly http: number;
  readonly grpc: GrpcStatusName;
  /** The message for the caller; the log's reason is `PatrolServiceError.message`. */
  readonly message: string;
}

/** The one table of errors (docs/contract.md, *REST*): each code with its HTTP and gRPC status. */
export const ERRORS = {
  VALIDATION_ERROR: { http: 400, grpc: 'INVALID_ARGUMENT', message: 'В запросе есть ошибки' },
  UNAUTHORIZED: {
    http: 401,
    grpc: 'UNAUTHENTICATED',
    message: 'Требуется вход: токен отсутствует, не принят или истёк',
  },
  FORBIDDEN: { http: 403, grpc: 'PERMISSION_DENIED', message: 'Недостаточно прав для этого действия' },
  NOT_FOUND: { http: 404, grpc: 'NOT_FOUND', message: 'Такого адреса нет' },
  PATROL_NOT_FOUND: { http: 404, grpc: 'NOT_FOUND', message: 'Обход не найден' },
  PATROL_ENTRY_NOT_FOUND: { http: 404, grpc: 'NOT_FOUND', message: 'Студента нет в этом обходе' },
  METHOD_NOT_ALLOWED: { http: 405, grpc: 'UNIMPLEMENTED', message: 'Этот метод здесь не поддерживается' },
  PATROL_ALREADY_EXISTS: {
    http: 409,
    grpc: 'ALREADY_EXISTS',
    message: 'Обход этого подъезда на эту дату уже начат',
  },
  PATROL_ENTRY_ALREADY_EXISTS: {
    http: 409,
    grpc: 'ALREADY_EXISTS',
    message: 'Этот студент уже есть в обходе',
  },
  PRECONDITION_FAILED: {
    http: 412,
    grpc: 'FAILED_PRECONDITION',
    message: 'Тем временем здесь что-то изменили: посмотрите, что есть сейчас',
  },
  PAYLOAD_TOO_LARGE: { http: 413, grpc: 'RESOURCE_EXHAUSTED', message: 'Запрос слишком велик' },
  UNSUPPORTED_MEDIA_TYPE: {
    http: 415,
    grpc: 'INVALID_ARGUMENT',
    message: 'Тело запроса должно быть в формате application/json',
  },
  PATROL_ALREADY_COMPLETED: { http: 422, grpc: 'FAILED_PRECONDITION', message: 'Обход уже сдан' },
  PATROL_NOT_COMPLETED: {
    http: 422,
    grpc: 'FAILED_PRECONDITION',
    message: 'Обход ещё не сдан, открывать заново нечего',
  },
  PATROL_HAS_UNCHECKED: {
    http: 422,
    grpc: 'FAILED_PRECONDITION',
    message: 'Обход нельзя сдать: не все проверены',
  },
  PATROL_NOT_IN_PROGRESS: {
    http: 422,
    grpc: 'FAILED_PRECONDITION',
    message: 'Обход уже сдан, его записи нельзя менять',
  },
  INTERNAL_ERROR: { http: 500, grpc: 'INTERNAL', message: 'Внутренняя ошибка сервиса' },
  SERVICE_UNAVAILABLE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    message: 'Сервис временно недоступен, повторите попытку позже',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** The caller's message for an UNAUTHORIZED, by what is wrong with the token. */
export const TOKEN_FAULTS = {
  missing: 'Требуется вход: в запросе нет токена',
  expired: 'Срок действия токена истёк: обновите его или войдите снова',
  refused: 'Токен не принят: войдите снова',
} as const;
export type TokenFault = keyof typeof TOKEN_FAULTS;

/** An error of one field, named as the caller wrote it, or of one room. The message is for the caller, in Russian. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Returns the field error for a part of a request that could not be read. */
export function unreadable(field: string): FieldError {
  const what = field === 'url' ? 'Адрес запроса' : 'Запрос';
  return { field, message: `${what} не удалось прочитать` };
}

/**
 * An error of the table. `message` and `cause` are for the log, without values of the request; the caller gets
 * `callerMessage` and the field errors.
 */
export class PatrolServiceError extends Error {
  override readonly name = 'PatrolServiceError';
  readonly code: ErrorCode;
  readonly fieldErrors: readonly FieldError[] | null;
  /** The existing patrol that the error refers to, or null. */
  readonly patrolId: PatrolId | null;
  /** The present version of what `If-Match` was about, or null. */
  readonly version: string | null;
  /** What is wrong with the token of an UNAUTHORIZED. */
  readonly tokenFault: TokenFault;
  /** Whether it was logged where it was thrown, so that no line is needed for each caller. */
  readonly isLogged: boolean;
  /** Whether the connection is closed after the response. */
  readonly endsConnection: boolean;

  constructor(
    code: ErrorCode,
    reason: string,
    more: {
      readonly cause?: unknown;
      readonly fieldErrors?: readonly FieldError[];
      readonly patrolId?: PatrolId | null;
      readonly version?: string | null;
      readonly tokenFault?: TokenFault;
      readonly isLogged?: boolean;
      readonly endsConnection?: boolean;
    } = {},
  ) {
    super(reason, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.fieldErrors = more.fieldErrors ?? null;
    this.patrolId = more.patrolId ?? null;
    this.version = more.version ?? null;
    this.tokenFault = more.tokenFault ?? 'refused';
    this.isLogged = more.isLogged ?? false;
    this.endsConnection = more.endsConnection ?? false;
  }

  /** What the caller is told, in Russian. */
  get callerMessage(): string {
    return this.code === 'UNAUTHORIZED' ? TOKEN_FAULTS[this.tokenFault] : ERRORS[this.code].message;
  }
}

/** Whether the service itself failed, and not the caller. */
export function isFailure({ code }: Pick<PatrolServiceError, 'code'>): boolean {
  return ERRORS[code].http >= 500;
}

/** Returns the error itself, or INTERNAL_ERROR with an unknown error as its cause. */
export function asPatrolServiceError(error: unknown): PatrolServiceError {
  if (error instanceof PatrolServiceError) return error;
  return new PatrolServiceError('INTERNAL_ERROR', 'an unexpected error', { cause: error });
}
