import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Resident, residentFor, settleCampus } from '../../infra/local/campus.ts';
import { buildingsFrom } from '../../infra/local/campus-buildings.ts';
import { startLocalCampus } from '../../infra/local/local-campus.ts';
import { ROLES } from '../../lib/auth/roles.ts';
import { readConfig } from '../../lib/config.ts';
import { SIRIUS } from '../../lib/settings/campus-buildings.ts';
import { applicationService, authService, eachWithStandIns, residents, type StandIns } from '../stand-ins.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let ask: StandIns['ask'];

eachWithStandIns((standIns) => {
  ({ ask } = standIns);
});

const isStudent = ({ roles }: Resident) => roles.includes('student');

describe('the campus', () => {
  test('is the same at every call, and every id is a uuid v4 that nobody shares', () => {
    expect(settleCampus()).toEqual(residents);
    const ids = new Set(residents.map(({ user_id }) => user_id));
    expect(ids.size).toBe(residents.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('its people are who they have always been: ids, names and rooms', () => {
    const digest = createHash('sha256').update(JSON.stringify(residents)).digest('hex');
    expect(digest).toBe('3e094d8fbc268d1021db507f6c33ab4a7a95661b0f98e1e1738bcb8d7580014e');
    expect(residents[0]?.user_id).toBe('79105b6a-8b5c-424c-a3da-970dacd02bf5');
  });

  test('every entrance has 8–14 minors, some adult students, and staff without a room', () => {
    for (const building of ['8', '9']) {
      for (const entrance of [1, 2, 3, 4]) {
        const here = residents.filter((one) => one.building === building && one.entrance === entrance);
        const minors = here.filter(({ is_minor }) => is_minor);
        expect(minors.length).toBeGreaterThanOrEqual(8);
        expect(minors.length).toBeLessThanOrEqual(14);
        expect(minors.every((minor) => isStudent(minor) && minor.room !== '')).toBe(true);
        expect(here.filter((one) => isStudent(one) && !one.is_minor).length).toBeGreaterThanOrEqual(2);
        expect(here.filter((one) => !isStudent(one))).toMatchObject([{ room: '', is_minor: false }]);
      }
    }
  });

  test('every role has its well-known person; the one on patrol is a minor of building 8', () => {
    for (const role of ROLES) expect(residentFor(role).roles).toContain(role);
    expect(residentFor('student').roles).toEqual(['student']);
    expect(residentFor('student_patrol')).toMatchObject({
      building: '8',
      is_minor: true,
      roles: ['student', 'student_patrol'],
    });
  });

  test('phones and emails can belong to nobody', () => {
    for (const { phone, email } of residents) {
      expect(phone).toMatch(/^\+7000\d{7}$/);
      expect(email).toMatch(/@campus\.example$/);
    }
  });
});

describe('another campus', () => {
  const buildings = buildingsFrom({ CAMPUS_BUILDINGS: 'А:6, 12:11, 7:1' });
  const people = settleCampus(buildings);

  test('has boys in the first building and girls in the second, and so on by turns', () => {
    const endings = [...buildings.keys()].map((name) => [
      ...new Set(
        people.filter(({ building }) => building === name).map(({ patronymic }) => patronymic.slice(-2)),
      ),
    ]);
    expect(endings).toEqual([['ич'], ['на'], ['ич']]);
  });

  test('has entrances like those of the campus, and staff in each building', () => {
    for (const [building, entrances] of buildings) {
      const here = people.filter((one) => one.building === building);
      expect(new Set(here.map(({ entrance }) => entrance)).size).toBe(1 + entrances);
      for (let entrance = 1; entrance <= entrances; entrance += 1) {
        const neighbours = here.filter((one) => one.entrance === entrance);
        const minors = neighbours.filter(({ is_minor }) => is_minor);
        expect(minors.length).toBeGreaterThanOrEqual(8);
        expect(minors.length).toBeLessThanOrEqual(14);
        expect(neighbours.filter(({ roles }) => roles.includes('educator'))).toHaveLength(1);
      }
      const heads = here.filter(({ entrance }) => entrance === 0).map(({ roles }) => roles);
      expect(heads).toEqual([['educator_head'], ['admin']]);
    }
  });

  test('has ids, phones and emails that nobody shares and that belong to nobody', () => {
    for (const key of ['user_id', 'phone', 'email'] as const) {
      expect(new Set(people.map((one) => one[key])).size).toBe(people.length);
    }
    for (const { phone, email } of people) {
      expect(phone).toMatch(/^\+7000\d{7}$/);
      expect(email).toMatch(/^[\w-]+@campus\.example$/);
    }
  });

  test('has its well-known person of every role', () => {
    for (const role of ROLES) expect(people).toContainEqual(residentFor(role, buildings));
    expect(residentFor('student_patrol', buildings)).toMatchObject({ building: 'А', entrance: 1 });
  });
});

describe('CAMPUS_BUILDINGS', () => {
  test('without it, the campus is the one that the service has', () => {
    const required = {
      DATABASE_URL: 'postgresql://campus@localhost/patrol_db',
      ...{ AUTH_GRPC_HOST: 'auth-service', AUTH_GRPC_PORT: '50051', JWT_SECRET_KEY: 'supersecretkey' },
      ...{ APPLICATION_GRPC_HOST: 'application-service', APPLICATION_GRPC_PORT: '50055' },
    };
    expect(readConfig(required).buildings).toEqual(SIRIUS);
    expect(buildingsFrom({ CAMPUS_BUILDINGS: ' ' })).toEqual(SIRIUS);
    expect(settleCampus(SIRIUS)).toEqual(residents);
  });

  test('one that cannot be read is refused by its name', () => {
    expect(() => buildingsFrom({ CAMPUS_BUILDINGS: '8' })).toThrow(/^CAMPUS_BUILDINGS must be buildings/);
  });
});

describe('every part that is started reads CAMPUS_BUILDINGS', () => {
  const CAMPUS_BUILDINGS = 'А:1,12:3';
  const environment = { PATH: process.env.PATH ?? '', CAMPUS_BUILDINGS };
  const usersOf = async (port: string | undefined, building: string) =>
    (await ask({ port: Number(port) }, authService.GetUsers, { building })).total;

  test('the service is told of it, and the stand-ins have its people', async () => {
    const opened: (() => Promise<unknown>)[] = [];
    const ports = ['REST_PORT', 'GRPC_PORT', 'AUTH_GRPC_PORT', 'APPLICATION_GRPC_PORT'];
    const free = Object.fromEntries(ports.map((name) => [name, '0']));
    try {
      const campus = await startLocalCampus(
        { DATABASE_URL: 'there', CAMPUS_BUILDINGS, ...free },
        () => {},
        opened,
      );
      expect(campus.environment).toMatchObject({ CAMPUS_BUILDINGS });
      const { AUTH_GRPC_PORT, APPLICATION_GRPC_PORT } = campus.environment;
      expect(await usersOf(AUTH_GRPC_PORT, '12')).toBeGreaterThan(30);
      expect(await usersOf(AUTH_GRPC_PORT, '8')).toBe(0);
      const application = { port: Number(APPLICATION_GRPC_PORT) };
      const asked = { date: '2025-12-01', building: '12', entrance: 3 };
      const { records } = await ask(application, applicationService.GetApprovedLeaves, asked);
      expect(records.length).toBeGreaterThanOrEqual(2);
    } finally {
      for (const close of opened) await close();
    }
  });

  test('a stand-in of docker compose has its people', async () => {
    const child = spawn(process.execPath, ['infra/local/stand-in-main.ts', 'auth-service'], {
      ...{ cwd: ROOT, env: { ...environment, AUTH_GRPC_PORT: '0' } },
    });
    const [said] = await once(child.stdout, 'data');
    try {
      expect(await usersOf(/\d+$/.exec(String(said).trim())?.[0], '12')).toBeGreaterThan(30);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  });

  test.each(['7', 'educator', '5f0c6b1e-7d43-4a52-9c61'])(
    'no token is made for %s: it is no UUID',
    async (sub) => {
      const refused = run(process.execPath, ['infra/local/token.ts', 'educator', '--sub', sub], {
        cwd: ROOT,
      });
      await expect(refused).rejects.toMatchObject({ code: 1, stdout: '' });
      await expect(refused).rejects.toThrow(`--sub "${sub}" is no UUID`);
    },
  );

  test('a token is that of its well-known person', async () => {
    const { stdout } = await run(process.execPath, ['infra/local/token.ts', 'educator'], {
      ...{ cwd: ROOT, env: environment },
    });
    const educator = residentFor('educator', buildingsFrom({ CAMPUS_BUILDINGS }));
    expect(decodeJwt(stdout.trim()).sub).toBe(educator.user_id);
  });
});
