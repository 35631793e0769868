import type { EventRow } from '../patrols/event-store.ts';

/** Missing ids, and what is known of who may still commit them. */
interface Gap {
  /** The newest id when it was seen. */
  readonly upTo: number;
  /** Who was writing to the trail after it was seen, and still is; null until that was asked for. */
  writers: ReadonlySet<string> | null;
}

/**
 * How far the trail has been handed on. A record gets its id before its transaction commits, and neither ids nor commits
 * come in the order in which transactions began: behind a gap the reading waits until everyone who was writing to the
 * trail after it was seen has ended. After that the missing record is there, or its transaction was rolled back.
 * Snapshots do not tell: their `xmax` is that of the newest transaction that is over, and later ones may have ids.
 */
export class TrailReading {
  /** The id up to which every record has been handed on. */
  position = 0;
  #gap: Gap | null = null;

  /** Whether records wait behind a gap. */
  get isBehindGap(): boolean {
    return this.#gap !== null && this.#gap.upTo > this.position && !isOver(this.#gap);
  }

  /** Takes records after the position, oldest first. @returns those that may be handed on, and moves behind them. */
  take(events: readonly EventRow[]): EventRow[] {
    const gap = this.#gap;
    const settledUpTo = gap && isOver(gap) ? gap.upTo : 0;
    const settled: EventRow[] = [];
    for (const row of events) {
      if (row.audit_id !== this.position + 1 && row.audit_id > settledUpTo) {
        // All gaps that are seen now are waited for at once.
        if (!this.isBehindGap) this.#gap = { upTo: events.at(-1)?.audit_id ?? 0, writers: null };
        break;
      }
      settled.push(row);
      this.position = row.audit_id;
    }
    return settled;
  }

  /**
   * Notes who writes to the trail, asked for after the last records were read.
   * @returns whether the last one that a gap waited for has ended: the next read sees what is missing, if it ever comes.
   */
  noteWriters(writing: ReadonlySet<string>): boolean {
    const gap = this.#gap;
    if (!gap || !this.isBehindGap) return false;
    gap.writers = new Set([...(gap.writers ?? writing)].filter((writer) => writing.has(writer)));
    return isOver(gap);
  }
}

function isOver({ writers }: Gap): boolean {
  return writers?.size === 0;
}
