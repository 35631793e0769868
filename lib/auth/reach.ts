import type { PatrolPlace, Place } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { canBePlace } from '../settings/campus-buildings.ts';
import type { Role } from './roles.ts';

/** Roles of students alone: whoever has any other role that the campus knows is staff (contract.md, *Who may do what*). */
const STUDENTS: readonly Role[] = ['student', 'student_patrol', 'student_head'];

/** Whether somebody with these roles is bound to the entrance they live in. */
export function isStudentAlone(roles: readonly Role[]): boolean {
  return roles.every((role) => STUDENTS.includes(role));
}

declare const reached: unique symbol;

/** The place of a patrol that its caller was found to reach. */
export type ReachedPlace = PatrolPlace & { readonly [reached]: true };

/** What a list may be narrowed to by place. */
type PlaceFilter = Partial<{ readonly [Field in keyof Place]: Place[Field] | undefined }>;

/** Matches no entrance of any campus: whoever lives nowhere reaches nothing. */
const NOWHERE: Place = { building: '', entrance: 0 };

/**
 * What a caller may see of the campus: all of it, or the one entrance they live in. Every store function that finds or
 * changes a patrol takes one, and `Reach.of` is the only way to it.
 */
export class Reach {
  /** The one entrance, or null for the whole campus. */
  readonly #only: Place | null;

  private constructor(only: Place | null) {
    this.#only = only;
  }

  /** Returns the reach of somebody with these roles. @param home where a student lives, as auth-service says; null: nowhere. */
  static of(roles: readonly Role[], home: Place | null): Reach {
    if (!isStudentAlone(roles)) return new Reach(null);
    // What auth-service says besides is no place, and nothing for SQL.
    return new Reach(home && canBePlace(home.building, home.entrance) ? home : NOWHERE);
  }

  /** The one entrance that patrols must be of, or null for any. */
  get only(): Place | null {
    return this.#only;
  }

  /** Returns the place of a patrol to be started. @throws FORBIDDEN for another entrance. */
  demand(place: PatrolPlace): ReachedPlace {
    this.narrow(place);
    // The line above is what makes it one.
    return place as ReachedPlace;
  }

  /** Returns a list's filter within the reach. @throws FORBIDDEN when it asks for another building or entrance. */
  narrow<Filter extends PlaceFilter>(filter: Filter): Filter & PlaceFilter {
    const only = this.#only;
    if (!only) return filter;
    const { building = only.building, entrance = only.entrance } = filter;
    if (building === only.building && entrance === only.entrance) return { ...filter, ...only };
    throw new PatrolServiceError('FORBIDDEN', 'a student reaches the entrance they live in, and no other');
  }
}
