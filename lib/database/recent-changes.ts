import { context, createContextKey } from '@opentelemetry/api';

/** Who has changed something lately, so that what they read next includes it wherever it is read. */
export interface RecentChanges {
  /** Runs an operation of a caller. */
  around<Result>(callerId: string, isChange: boolean, operate: () => Promise<Result>): Promise<Result>;
}

export interface OwnChanges extends RecentChanges {
  /** Returns when the active caller last changed something, in milliseconds of `performance.now()`; or -Infinity. */
  lastMs(): number;
  /** Forgets what was changed before `beforeMs`. */
  forget(beforeMs: number): void;
}

/** For a service that reads all it shows where it writes it. */
export const NO_RECENT_CHANGES: RecentChanges = { around: (_callerId, _isChange, operate) => operate() };

const CALLER = createContextKey('who calls, for what they have changed lately');

export function createOwnChanges(): OwnChanges {
  const changedMs = new Map<unknown, number>();
  return {
    around: (callerId, isChange, operate) =>
      context.with(context.active().setValue(CALLER, callerId), async () => {
        try {
          return await operate();
        } finally {
          // Also of one that failed: it may have been committed all the same.
          if (isChange) changedMs.set(callerId, performance.now());
        }
      }),
    lastMs: () => changedMs.get(context.active().getValue(CALLER)) ?? Number.NEGATIVE_INFINITY,
    forget(beforeMs) {
      for (const [callerId, atMs] of changedMs) if (atMs < beforeMs) changedMs.delete(callerId);
    },
  };
}
