import type { PatrolPlace, Place } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { canBePlace } from '../settings/campus-buildings.ts';
import type { Role } from './roles.ts';

/** The students' roles. A user with any other known role is staff (docs/contract.md, *Who may do what*). */
const STUDENTS: readonly Role[] = ['student', 'student_patrol', 'student_head'];

/** Whether these roles limit a user to the entrance they live in. */
export function isStudentAlone(roles: readonly Role[]): boolean {
  return roles.every((role) => STUDENTS.includes(role));
}

declare const reached: unique symbol;

/** The place of a patrol that was checked against its caller's reach. */
export type ReachedPlace = PatrolPlace & { readonly [reached]: true };

/** The filter of a list by place. */
type PlaceFilter = Partial<{ readonly [Field in keyof Place]: Place[Field] | undefined }>;

/** Matches no entrance of any campus: the reach of a student without a home. */
const NOWHERE: Place = { building: '', entrance: 0 };

/**
 * What a caller may see of the campus: all of it, or the one entrance they live in. Only `Reach.of` creates it, and each
 * function of a store that is `WithinReach` begins with it.
 */
export class Reach {
  /** The one entrance, or null for the whole campus. */
  readonly #only: Place | null;

  private constructor(only: Place | null) {
    this.#only = only;
  }

  /** Returns the reach of these roles. @param home where a student lives, by auth-service; null: nowhere. */
  static of(roles: readonly Role[], home: Place | null): Reach {
    if (!isStudentAlone(roles)) return new Reach(null);
    // auth-service may name something that is no entrance; it must not get into SQL.
    return new Reach(home && canBePlace(home.building, home.entrance) ? home : NOWHERE);
  }

  /** The only entrance that the caller reaches, or null for the whole campus. */
  get only(): Place | null {
    return this.#only;
  }

  /** Returns the place of a patrol to be started. @throws FORBIDDEN for another entrance. */
  demand(place: PatrolPlace): ReachedPlace {
    this.narrow(place);
    // The line above has checked it.
    return place as ReachedPlace;
  }

  /** Returns a list's filter narrowed to the reach. @throws FORBIDDEN if it asks for another building or entrance. */
  narrow<Filter extends PlaceFilter>(filter: Filter): Filter & PlaceFilter {
    const only = this.#only;
    if (!only) return filter;
    const { building = only.building, entrance = only.entrance } = filter;
    if (building === only.building && entrance === only.entrance) return { ...filter, ...only };
    throw new PatrolServiceError('FORBIDDEN', 'a student reaches the entrance they live in, and no other');
  }
}

/** A store whose functions take the caller's reach, alone or with the caller, before all else. Others do not compile. */
export type WithinReach<Store extends { readonly [Name in keyof Store]: (...args: never) => unknown }> = {
  readonly [Name in keyof Store]: Parameters<Store[Name]>[0] extends Reach | { readonly reach: Reach }
    ? Store[Name]
    : never;
};
