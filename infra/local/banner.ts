import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { Place } from '../../lib/campus-types.ts';
import { readConfig } from '../../lib/config.ts';
import { entrancesOf } from '../../lib/patrols/campus.ts';
import { tonight } from '../../lib/patrols/evening.ts';
import type { Service } from '../../lib/service.ts';
import { type RestClient, restClient } from '../clients/rest-client.ts';
import type { LocalCampus } from './local-campus.ts';
import { issueToken } from './token-issuer.ts';

interface EveningPlace extends Place {
  readonly date: string;
}

/** Returns what a newcomer wants to see: where everything is, tokens, and one evening to paste. */
export async function describeCampus(
  campus: LocalCampus,
  { restPort, grpcPort, metricsPort }: Omit<Service, 'stop'>,
): Promise<string> {
  // It is not there yet when the database is somebody else's.
  await mkdir(campus.dataDirectory, { recursive: true });
  const { jwtSecret, timezone, buildings, host, apiDocs, grpcReflection } = readConfig(campus.environment);
  const base = `http://${nameOf(host)}:${restPort}`;
  const [educator, onPatrol, student] = await Promise.all(
    (['educator', 'student_patrol', 'student'] as const).map((role) =>
      issueToken({ secret: jwtSecret, role, buildings }),
    ),
  );
  const places = entrancesOf(buildings);
  const call = restClient(base, `Bearer ${educator}`);
  const place = await freePlace(call, places, tonight(new Date(), timezone));
  // The first line of the evening keeps its answer, for the others to find the ids in.
  const kept = join(campus.dataDirectory, 'evening.json');
  const parts = [...campus.parts].map(([name, where]) => `  ${name.padEnd(20)} ${where}`);
  return [
    '',
    `  ${'patrol-service'.padEnd(20)} ${base}/api/v1`,
    ...(apiDocs ? [`  ${'Swagger UI'.padEnd(20)} ${base}/docs`] : []),
    `  ${'gRPC'.padEnd(20)} ${nameOf(host)}:${grpcPort}${grpcReflection ? ' (with reflection)' : ''}`,
    `  ${'metrics'.padEnd(20)} http://${nameOf(host)}:${metricsPort ?? restPort}/metrics`,
    ...parts,
    '',
    'Tokens, good for 12 hours (npm run token -- <role> makes more):',
    `  educator             ${educator}`,
    `  student on patrol    ${onPatrol}`,
    `  student              ${student}`,
    '',
    'One evening, a line at a time: start, look who is who, one is absent, the rest is present, hand in.',
    '',
    ...eveningInCurl({ patrols: `${base}/api/v1/patrols`, token: educator ?? '', place, kept }).flatMap(
      (line) => [line, ''],
    ),
    'Watch the evening in a second terminal:',
    '',
    `curl -sN ${base}/api/v1/patrols/events -H 'Authorization: Bearer ${educator}'`,
    '',
    `Ctrl-C stops everything. The log follows; kill -USR2 ${process.pid} makes it say more, and less again.`,
  ].join('\n');
}

/** Returns what a URL of this machine says for a service that listens at a host (HOST). */
export function nameOf(host: string | null): string {
  if (host === null || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

interface Evening {
  readonly patrols: string;
  readonly token: string;
  readonly place: EveningPlace;
  readonly kept: string;
}

function eveningInCurl({ patrols, token, place, kept }: Evening): string[] {
  const auth = `-H 'Authorization: Bearer ${token}'`;
  const json = (body: string) => `-H 'Content-Type: application/json' -d ${body}`;
  const answer = (expression: string) => `$(node -p '${expression.replace('$', `require("${kept}")`)}')`;
  const patrol = `${patrols}/${answer('$.patrol_id')}`;
  const unchecked = '$.entries.filter(e => e.is_present === null)';
  const theRest = `JSON.stringify({ marks: ${unchecked}.slice(1).map(e => ({ patrol_entry_id: e.patrol_entry_id, is_present: true })) })`;
  const byName = `node -e 'for (const e of JSON.parse(require("fs").readFileSync(0)).entries) console.log(e.room, e.user_name, e.absence_reason ?? "")'`;
  return [
    // Pasted twice, it is refused and leaves what the other lines need.
    `curl -fsS -X POST ${patrols} ${auth} ${json(`'${JSON.stringify(place)}'`)} -o '${kept}' && cat '${kept}'`,
    `curl -sS "${patrol}" ${auth} | ${byName}`,
    `curl -sS -X PATCH "${patrol}/${answer(`${unchecked}[0].patrol_entry_id`)}" ${auth} ${json(`'{"is_present":false,"absence_reason":"Не вернулся к 22:00"}'`)}`,
    `curl -sS -X PATCH "${patrol}/entries" ${auth} ${json(`"${answer(theRest)}"`)}`,
    `curl -sS -X PATCH "${patrol}" ${auth} ${json(`'{"status":"completed"}'`)}`,
  ];
}

/** Returns an entrance that has no patrol yet, of tonight or an evening before: the first line must not meet a 409. */
async function freePlace(
  call: RestClient,
  places: readonly Place[],
  tonightsDate: string,
): Promise<EveningPlace> {
  for (let days = 0; days < 30; days += 1) {
    const date = DateTime.fromISO(tonightsDate).minus({ days }).toISODate() ?? tonightsDate;
    const { body } = await call('GET', `/patrols?date=${date}&size=100`);
    // With a real auth-service our tokens may not be accepted; then any place will do to show the lines.
    const { items = [] }: { items?: Place[] } = body;
    const isFree = ({ building, entrance }: Place) =>
      !items.some((patrol) => patrol.building === building && patrol.entrance === entrance);
    const free = places.find(isFree);
    if (free) return { date, ...free };
  }
  return { date: tonightsDate, building: '8', entrance: 1 };
}
