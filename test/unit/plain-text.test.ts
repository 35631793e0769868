import { describe, expect, test } from '@jest/globals';
import { peerText, plainText } from '../../lib/patrols/plain-text.ts';

describe('a text in plain form', () => {
  test.each([
    ['has no spaces at its ends', ' \t\u00a0у врача\r\n', 'у врача'],
    [
      'has no zero-width spaces, soft hyphens and marks at its ends',
      '\ufeff\u200bу\u00adврача\u2060',
      'у\u00adврача',
    ],
    ['is composed', 'и\u0306', 'й'],
    ['keeps what joins and dresses an emoji', '👨\u200d👩\u200d👧 ❤\ufe0f', '👨\u200d👩\u200d👧 ❤\ufe0f'],
    ['keeps its inner lines', 'дома\nс мамой', 'дома\nс мамой'],
  ])('%s', (_name, text, plain) => {
    expect(plainText(text, 100)).toBe(plain);
  });

  test.each([
    '',
    ' ',
    '\u200b',
    '\u2060',
    '\u00ad',
    '\u200d\u200c',
    '\u3164',
    '\u2800',
    '\u001f',
    '\u{e0020}',
    ' \u200b \u00ad ',
  ])('of nothing that anybody could see (%j) is empty', (text) => {
    expect(plainText(text, 100)).toBe('');
  });

  test('keeps NUL and half surrogates, which its field then refuses', () => {
    expect(plainText('\0', 100)).toBe('\0');
    expect(plainText('a\ud800', 100)).toBe('a\ud800');
  });
});

test('a peer’s text loses what PostgreSQL cannot store, and what its column has no room for', () => {
  expect(peerText(' 101\0a ', 10)).toBe('101a');
  expect(peerText('101, второй этаж', 10)).toBe('101, второ');
  expect(peerText('\ud800', 10)).toBe('\ufffd');
});
