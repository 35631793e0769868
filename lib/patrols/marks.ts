import type { Fault } from '../errors.ts';

/** What an educator says of a student at the door. */
export type Mark =
  | { readonly is_present: true; readonly absence_reason: null }
  | { readonly is_present: false; readonly absence_reason: string };

/**
 * Gives the faults between the two fields of a mark, whatever else is wrong with it (contract.md, *Marking*):
 * absent needs a reason, and a reason sent along with present is refused.
 */
export function faultsOfMark(mark: Readonly<Record<string, unknown>>): Fault[] {
  const hasReason = mark.absence_reason !== undefined && mark.absence_reason !== null;
  if (mark.is_present === false && !hasReason) {
    return [{ field: 'absence_reason', message: 'Укажите причину отсутствия' }];
  }
  if (mark.is_present === true && hasReason) {
    return [{ field: 'absence_reason', message: 'Причина указывается только при отсутствии' }];
  }
  return [];
}

/** Gives a mark whose faults have been looked for: present has no reason, absent has one. */
export function markOf(mark: {
  readonly is_present: boolean;
  readonly absence_reason?: string | null;
}): Mark {
  const { is_present, absence_reason } = mark;
  if (is_present) return { is_present, absence_reason: null };
  if (absence_reason) return { is_present, absence_reason };
  throw new Error('a mark of absence without a reason got past faultsOfMark');
}
