import { isIP } from 'node:net';
import { IANAZone } from 'luxon';
import type { Parse } from './environment.ts';

/** Parsers of settings. Each throws an Error that says what the value must be. */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Parses a host name or an address. */
export function hostName(text: string): string {
  const [, bracketed = text] = /^\[(.*)\]$/.exec(text) ?? [];
  if (/^[\w.-]+$/.test(text) || isIP(bracketed) === 6) return text;
  throw new Error(`must be a host name or an address without a scheme or a port, not "${text}"`);
}

/** Parses the host that the ports listen on. */
export function listenHost(text: string): string {
  return hostName(text).replaceAll(/[[\]]/g, '');
}

/** Parses a header value: visible ASCII, blanks only within. */
export function headerValue(text: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(text)) return text;
  throw new Error('must be up to 200 ASCII characters without line breaks');
}

/** Parses origins, separated by commas, each as a browser sends it: scheme, host and port only. */
export function origins(text: string): string[] {
  const list = text.split(',').map((origin) => origin.trim());
  const isOrigin = (origin: string) => URL.canParse(origin) && new URL(origin).origin === origin;
  if (list.every(isOrigin)) return list;
  throw new Error(
    `must be origins like https://campus.example, separated by commas and with nothing after the host and port, not "${text}"`,
  );
}

/** Parses the address of an HTTP server. */
export function httpUrl(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  // It may hold a password.
  throw new Error('must be an address like http://loki:3100');
}

/** Returns a parser of numbers, including fractions. */
export function number(least: number, most: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (value >= least && value <= most) return value;
    throw new Error(`must be a number from ${least} to ${most}, not "${text}"`);
  };
}

/** Returns a parser of whole numbers. */
export function integer(least: number, most: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Error(`must be a whole number from ${least} to ${most}, not "${text}"`);
  };
}

/** Returns a parser of one of several words, in any case. */
export function oneOf<Choice extends string>(choices: readonly Choice[]): Parse<Choice> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw new Error(`must be one of ${choices.join(', ')}, not "${text}"`);
  };
}

/** Parses a switch. */
export function yesOrNo(text: string): boolean {
  const choice = oneOf(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])(text);
  return choice === 'true' || choice === '1' || choice === 'yes' || choice === 'on';
}

/** Parses the name of a time zone. */
export function timezone(text: string): string {
  if (IANAZone.isValidZone(text)) return text;
  throw new Error(`must be a time zone name like Europe/Moscow, not "${text}"`);
}

/** Parses hours and minutes. */
export function timeOfDay(text: string): string {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new Error(`must be a time of day like 22:00, not "${text}"`);
}

/** Parses a log level: the campus's names (Python's) and pino's own, in any case. */
export function logLevel(text: string): LogLevel {
  const levels: Readonly<Record<string, LogLevel>> = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'info',
    WARNING: 'warn',
    WARN: 'warn',
    ERROR: 'error',
    CRITICAL: 'fatal',
    FATAL: 'fatal',
    SILENT: 'silent',
  };
  const level = levels[text.toUpperCase()];
  if (level !== undefined) return level;
  throw new Error(
    `must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL (or pino's own names), not "${text}"`,
  );
}
