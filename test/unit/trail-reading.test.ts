import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PatrolId } from '../../lib/campus-types.ts';
import type { EventRow } from '../../lib/patrols/event-store.ts';
import { TrailReading } from '../../lib/watch/trail-reading.ts';

const NO_COUNTS = { entries_count: null, present_count: null, absent_count: null, unchecked_count: null };

function record(audit_id: number): EventRow {
  return {
    ...{ audit_id, at: '2025-12-01T19:30:00.000Z' as EventRow['at'], action: 'entry_marked' },
    ...{
      patrol_id: '99999999-0000-4000-8000-000000000001' as PatrolId,
      patrol_entry_id: null,
      user_id: null,
    },
    ...{ date: null, building: null, entrance: null, after: null, status: null, entry: null, ...NO_COUNTS },
  };
}

/** A transaction that writes to the trail: it has ids of records that nobody sees before its commit. */
interface Transaction {
  readonly name: string;
  readonly ids: number[];
}

/** PostgreSQL as far as the trail goes, and the feed that reads it. */
class Trail {
  readonly open: Transaction[] = [];
  readonly committed: number[] = [];
  readonly handedOn: number[] = [];
  readonly #reading = new TrailReading();
  #begun = 0;
  #nextId = 1;

  begin(): Transaction {
    this.#begun += 1;
    const begun = { name: `3/${this.#begun}`, ids: [] };
    this.open.push(begun);
    return begun;
  }

  takeId({ ids }: Transaction): void {
    ids.push(this.#nextId++);
  }

  end(transaction: Transaction, isCommitted: boolean): void {
    this.open.splice(this.open.indexOf(transaction), 1);
    if (isCommitted) this.committed.push(...transaction.ids);
  }

  /** Reads a page. */
  read(limit: number): void {
    const visible = ascending(this.committed).filter((id) => id > this.#reading.position);
    const settled = this.#reading.take(visible.slice(0, limit).map(record));
    this.handedOn.push(...settled.map(({ audit_id }) => audit_id));
  }

  /** Asks who writes. @returns whether the feed reads again at once. */
  ask(): boolean {
    return this.#reading.noteWriters(new Set(this.open.map(({ name }) => name)));
  }

  /** Reads all that there is, as the feed does each time. */
  readAll(): void {
    do this.read(Number.POSITIVE_INFINITY);
    while (this.ask());
  }
}

type Does = 'begin' | 'take' | 'commit' | 'roll back' | 'read' | 'ask';

/** What happens next; `which` chooses among the transactions that are open. */
const step = fc.record({
  does: fc.constantFrom<Does>(
    'begin',
    'take',
    'take',
    'take',
    'commit',
    'commit',
    'roll back',
    'read',
    'ask',
  ),
  which: fc.nat(20),
  limit: fc.integer({ min: 1, max: 5 }),
});
const steps = fc.array(step, { maxLength: 120, size: 'max' });

/** Lets all this happen in turn. */
function happened(all: readonly { does: Does; which: number; limit: number }[]): Trail {
  const trail = new Trail();
  for (const { does, which, limit } of all) {
    const chosen = trail.open[which % Math.max(1, trail.open.length)];
    if (does === 'read') trail.read(limit);
    else if (does === 'ask') trail.ask();
    else if (does === 'begin' || !chosen) trail.begin();
    else if (does === 'take') trail.takeId(chosen);
    else trail.end(chosen, does === 'commit');
  }
  return trail;
}

const ascending = (ids: readonly number[]) => ids.toSorted((one, other) => one - other);

test('whatever transactions do, each record is handed on once and in order, and none is overtaken', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const trail = happened(all);
      const { handedOn } = trail;
      expect(handedOn).toEqual([...new Set(ascending(handedOn))]);
      const last = handedOn.at(-1) ?? 0;
      expect(handedOn).toEqual(ascending(trail.committed).filter((id) => id <= last));
      for (const { ids } of trail.open) for (const id of ids) expect(id).toBeGreaterThan(last);
    }),
    { numRuns: 2000 },
  );
});

test('once all transactions are over, everything is handed on at once', () => {
  fc.assert(
    fc.property(steps, fc.func(fc.boolean()), (all, isCommitted) => {
      const trail = happened(all);
      for (const transaction of [...trail.open]) trail.end(transaction, isCommitted(transaction.ids));
      trail.readAll();
      expect(trail.handedOn).toEqual(ascending(trail.committed));
    }),
    { numRuns: 500 },
  );
});

test('a trail that is never quiet is not waited for: what was open at one read is handed on two reads after it is over', () => {
  fc.assert(
    fc.property(steps, fc.func(fc.boolean()), (all, isCommitted) => {
      const trail = happened(all);
      let other = trail.begin();
      for (const transaction of trail.open.slice(0, -1)) trail.end(transaction, isCommitted(transaction.ids));
      const over = ascending(trail.committed);
      // There is always one that has begun before the one before it is over.
      for (let reads = 0; reads < 2; reads += 1) {
        trail.readAll();
        const next = trail.begin();
        trail.takeId(next);
        trail.end(other, true);
        other = next;
      }
      trail.readAll();
      expect(trail.handedOn.slice(0, over.length)).toEqual(over);
    }),
    { numRuns: 500 },
  );
});
