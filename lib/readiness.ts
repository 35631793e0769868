/** How one thing that the service needs is doing. */
export type CheckState = 'ok' | 'unavailable';

/** Whether the service can do its work: the database and both peers by name, and whether it is on its way out. */
export interface Readiness {
  /** True from the moment that the service was told to stop. */
  readonly isDraining: () => boolean;
  check(): Promise<Readonly<Record<string, CheckState>>>;
}
