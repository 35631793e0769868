import { expect, test } from '@jest/globals';
import { parseCommand } from '../../lib/archive/command-line.ts';

const NOW = new Date('2026-03-31T20:00:00Z');
const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean), NOW);

test.each([
  ['--before 2026-02-28 --to here', { before: '2026-02-28', folder: 'here', withUnfinished: false }],
  [
    '--before 2025-01-01 --discard --unfinished',
    { before: '2025-01-01', folder: null, withUnfinished: true },
  ],
  // A month of 28 days is still a month.
  ['--months 1 --discard', { before: '2026-02-28', folder: null, withUnfinished: false }],
  ['--months 12 --to=a', { before: '2025-03-31', folder: 'a', withUnfinished: false }],
])('%s archives', (line, wanted) => {
  expect(parse(line)).toEqual({ does: 'archive', ...wanted });
});

test('files are restored in the order they are given in', () => {
  expect(parse('--restore b a')).toEqual({ does: 'restore', files: ['b', 'a'] });
});

test.each([
  '',
  '--before 2025-10-01',
  '--to x',
  '--before 2025-02-30 --discard',
  '--before 2025-10-1 --discard',
  '--before 2999-01-01 --discard',
  // 31 days at least: a date that was typed wrong must not take what is still looked at.
  '--before 2026-03-01 --discard',
  '--months 0 --discard',
  '--months 1.5 --discard',
  '--months 1201 --discard',
  '--months 1 --before 2025-10-01 --discard',
  '--before 2025-10-01 --discard --to x',
  '--before 2025-10-01 --to=',
  '--before 2025-10-01 --discard more',
  '--before 2025-10-01 --delete',
  '--restore',
  '--restore --discard file',
])('"%s" is unclear, and refused with what the command takes', (line) => {
  expect(() => parse(line)).toThrow('--before <YYYY-MM-DD>');
});
