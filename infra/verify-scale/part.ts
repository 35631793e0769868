import type { Checklist } from '../verify-observability/checklist.ts';

/** How to close what has been opened, newest last. */
export type Opened = (() => Promise<unknown>)[];

/** One thing that docs/scaling.md says, tried with the programs that this machine has. */
export interface Part {
  /** As `npm run verify:scale -- <name>` asks for it. */
  readonly name: string;
  /** What it wants of the machine; where one is missing, the part is skipped by name. */
  readonly programs: readonly string[];
  /**
   * Tries it; what it opens it pushes on `opened`. `paths` has each of the programs, and `skip` is told what of it
   * cannot be tried here.
   */
  run(
    checklist: Checklist,
    opened: Opened,
    paths: ReadonlyMap<string, string>,
    skip: (what: string) => void,
  ): Promise<void>;
}
