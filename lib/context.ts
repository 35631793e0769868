import type { Logger } from 'pino';
import type { Admission } from './admission/admission.ts';
import type { Authentication } from './auth/authentication.ts';
import type { AuthService } from './clients/auth-service.ts';
import type { CampusMinors } from './clients/campus-minors.ts';
import type { Names } from './clients/names.ts';
import type { PhoneBook } from './clients/phone-book.ts';
import type { Rosters } from './clients/rosters.ts';
import type { Config } from './config.ts';
import type { RecentChanges } from './database/recent-changes.ts';
import type { AuditStore } from './patrols/audit-store.ts';
import type { Campus } from './patrols/campus.ts';
import type { EntryStore } from './patrols/entry-store.ts';
import type { PatrolMetrics } from './patrols/patrol-metrics.ts';
import type { PatrolStore } from './patrols/patrol-store.ts';
import type { AttendanceReports } from './report/attendance-report.ts';
import type { Instruments } from './telemetry/instruments.ts';
import type { Spans } from './telemetry/spans.ts';
import type { Watchers } from './watch/watchers.ts';

/** Everything that an operation may use. Created once, by open-context.ts or by a test. */
export interface Context {
  readonly admission: Admission;
  readonly authentication: Authentication;
  readonly patrols: PatrolStore;
  readonly entries: EntryStore;
  readonly audit: AuditStore;
  readonly reports: AttendanceReports;
  readonly authService: AuthService;
  readonly rosters: Rosters;
  readonly campusMinors: CampusMinors;
  readonly names: Names;
  readonly phoneBook: PhoneBook;
  readonly watchers: Watchers;
  readonly recentChanges: RecentChanges;
  readonly campus: Campus;
  /** Whether a patrol may be handed in with students who were not checked. */
  readonly handInUnchecked: Config['handInUnchecked'];
  readonly clock: () => Date;
  readonly log: Logger;
  readonly spans: Spans;
  readonly instruments: Instruments;
  readonly patrolMetrics: PatrolMetrics;
  /** Whether rows and errors are checked against what queries and operations declare: in tests. */
  readonly strict: boolean;
}
