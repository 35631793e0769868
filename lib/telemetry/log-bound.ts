/** In bytes of UTF-8, with line break: Docker splits lines of twice as much, and the parts are unreadable. */
export const MAX_LINE_BYTES = 8 * 1024;

/** Limits of each text in bytes, tried in order until the line fits. */
const LEFT_OF_TEXTS = [4096, 2048, 1024, 512, 256, 128, 64, 32];

/** A list keeps one item for this many bytes of the limit. */
const BYTES_FOR_AN_ITEM = 16;

/** The original sizes of cut values, by name: a text in bytes, a list or object in items. */
type Lengths = Record<string, number>;

/**
 * Returns a log line within MAX_LINE_BYTES: cuts the middle of its longest values, and lists them in `cut`. Redact
 * first: half a secret is not recognised.
 */
export function boundLine(line: string): string {
  // A UTF-16 unit takes at most three bytes.
  if (line.length * 3 <= MAX_LINE_BYTES || isShort(line)) return line;
  const record = recordOf(line);
  for (const most of LEFT_OF_TEXTS) {
    const lengths: Lengths = {};
    const shorter = lineOf({ ...shortened(record, most, lengths, ''), cut: lengths });
    if (isShort(shorter)) return shorter;
  }
  const { level, time, service, trace_id, correlation_id, msg } = record;
  const least = shortened({ level, time, service, trace_id, correlation_id, msg }, 128, {}, '');
  return lineOf({ ...least, cut: { line: Buffer.byteLength(line) } });
}

function isShort(line: string): boolean {
  return line.length <= MAX_LINE_BYTES && Buffer.byteLength(line) <= MAX_LINE_BYTES;
}

type Fields = Readonly<Record<string, unknown>>;

function recordOf(line: string): Fields {
  try {
    const record: unknown = JSON.parse(line);
    return isFields(record) ? record : { msg: line };
  } catch {
    // Not JSON: logged as it is.
    return { msg: line };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Returns the line with level and time first, where parsers of its beginning expect them. */
function lineOf({ level = 'UNKNOWN', time = Date.now(), ...others }: Fields): string {
  return `${JSON.stringify({ level, time }).slice(0, -1)},${JSON.stringify(others).slice(1)}\n`;
}

function shortened(value: Fields, most: number, lengths: Lengths, name: string): Fields;
function shortened(value: unknown, most: number, lengths: Lengths, name: string): unknown;
function shortened(value: unknown, most: number, lengths: Lengths, name: string): unknown {
  if (typeof value === 'string') {
    const bytes = Buffer.byteLength(value);
    if (bytes <= most) return value;
    lengths[name] = bytes;
    return withoutMiddle(value, most);
  }
  if (!isFields(value)) return value;
  const all = Object.entries(value);
  const kept = name === '' ? all : all.slice(0, Math.max(1, most / BYTES_FOR_AN_ITEM));
  if (kept.length < all.length) lengths[name] = all.length;
  const left = kept.map(([key, each]): [string, unknown] => [
    key,
    shortened(each, most, lengths, name === '' ? key : `${name}.${key}`),
  ]);
  return Array.isArray(value) ? left.map(([, each]) => each) : Object.fromEntries(left);
}

/** Returns the beginning and the end of a text, in whole characters: in a stack, the message and the entry point. */
function withoutMiddle(text: string, most: number): string {
  const bytes = Buffer.from(text);
  const isWithin = (at: number) => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  let end = most / 2;
  while (isWithin(end)) end -= 1;
  let from = bytes.length - most / 2;
  while (isWithin(from)) from += 1;
  return `${bytes.toString('utf8', 0, end)} … ${bytes.toString('utf8', from)}`;
}
