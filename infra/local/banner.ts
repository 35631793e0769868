import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { readConfig } from '../../lib/config.ts';
import type { Service } from '../../lib/service.ts';
import type { LocalCampus } from './local-campus.ts';
import { issueToken } from './token-issuer.ts';

interface Place {
  readonly date: string;
  readonly building: string;
  readonly entrance: number;
}

/** Gives what a newcomer wants to see: where everything is, tokens, and one evening to paste. */
export async function describeCampus(
  campus: LocalCampus,
  { restPort, grpcPort }: Pick<Service, 'restPort' | 'grpcPort'>,
): Promise<string> {
  // It is not there yet when the database is somebody else's.
  await mkdir(campus.dataDirectory, { recursive: true });
  const { jwtSecret, timezone } = readConfig(campus.environment);
  const base = `http://localhost:${restPort}`;
  const [educator, onPatrol, student] = await Promise.all(
    (['educator', 'student_patrol', 'student'] as const).map((role) =>
      issueToken({ secret: jwtSecret, role }),
    ),
  );
  const today = DateTime.now().setZone(timezone).toISODate() ?? '';
  const place = await freePlace(`${base}/api/v1/patrols`, educator ?? '', today);
  // The first line of the evening keeps its answer, for the others to find the ids in.
  const kept = join(campus.dataDirectory, 'evening.json');
  const parts = [...campus.parts].map(([name, where]) => `  ${name.padEnd(20)} ${where}`);
  return [
    '',
    `  ${'patrol-service'.padEnd(20)} ${base}/api/v1`,
    `  ${'Swagger UI'.padEnd(20)} ${base}/docs`,
    `  ${'gRPC'.padEnd(20)} localhost:${grpcPort} (with reflection)`,
    ...parts,
    '',
    'Tokens, good for 12 hours (npm run token -- <role> makes more):',
    `  educator             ${educator}`,
    `  student on patrol    ${onPatrol}`,
    `  student              ${student}`,
    '',
    'One evening, a line at a time: start, look, mark absent, mark present, hand in.',
    '',
    ...eveningInCurl({ patrols: `${base}/api/v1/patrols`, token: educator ?? '', place, kept }).flatMap(
      (line) => [line, ''],
    ),
    'Ctrl-C stops everything. The log follows.',
  ].join('\n');
}

interface Evening {
  readonly patrols: string;
  readonly token: string;
  readonly place: Place;
  readonly kept: string;
}

function eveningInCurl({ patrols, token, place, kept }: Evening): string[] {
  const auth = `-H 'Authorization: Bearer ${token}'`;
  const json = (body: object) => `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const answer = (expression: string) => `$(node -p 'require("${kept}").${expression}')`;
  const patrol = `${patrols}/${answer('patrol_id')}`;
  const entry = (which: string) =>
    `${patrol}/${answer(`entries.${which}(e => e.is_present === null).patrol_entry_id`)}`;
  return [
    `curl -sS -X POST ${patrols} ${auth} ${json(place)} | tee '${kept}'`,
    `curl -sS "${patrol}" ${auth}`,
    `curl -sS -X PATCH "${entry('find')}" ${auth} ${json({ is_present: false, absence_reason: 'Не вернулся к 22:00' })}`,
    `curl -sS -X PATCH "${entry('findLast')}" ${auth} ${json({ is_present: true })}`,
    `curl -sS -X PATCH "${patrol}" ${auth} ${json({ status: 'completed' })}`,
  ];
}

/** Gives an entrance that has no patrol yet, today or on the next day that has one: the first line must not meet a 409. */
async function freePlace(patrols: string, token: string, today: string): Promise<Place> {
  for (let days = 0; days < 30; days += 1) {
    const date = DateTime.fromISO(today).plus({ days }).toISODate() ?? today;
    const answer = await fetch(`${patrols}?date=${date}&size=100`, {
      headers: { authorization: `Bearer ${token}` },
    });
    // With a real auth-service our tokens may not be accepted; then any place will do to show the lines.
    const { items = [] }: { items?: Place[] } = answer.ok ? JSON.parse(await answer.text()) : {};
    for (const building of ['8', '9']) {
      for (const entrance of [1, 2, 3, 4]) {
        const isTaken = items.some((patrol) => patrol.building === building && patrol.entrance === entrance);
        if (!isTaken) return { date, building, entrance };
      }
    }
  }
  return { date: today, building: '8', entrance: 1 };
}
