/** In bytes of UTF-8, line break included: Docker splits a line at twice as much, and what is split nobody can read. */
export const MAX_LINE_BYTES = 8 * 1024;

/** How much is left of each text, in bytes, as long as all together are too much. */
const LEFT_OF_TEXTS = [4096, 2048, 1024, 512, 256, 128, 64, 32];

/** A list keeps an item for so many bytes that a text would keep. */
const BYTES_FOR_AN_ITEM = 16;

/** How long each value was that was cut, by its name: a text in bytes, a list or an object in items. */
type Lengths = Record<string, number>;

/**
 * Returns a log line, JSON as pino writes it, no longer than a line may be. Where it is, its longest values are cut, in
 * their middle, and `cut` says which and how long they were. What must not leave has to be out of it already: half a
 * secret is not recognised.
 */
export function boundLine(line: string): string {
  // No character has more than three bytes for each of its units.
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
    // Who reads logs cannot, but a log decides nothing.
    return { msg: line };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Writes level and time first, where whoever reads a line's beginning looks for them. */
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

/** Returns the beginning and the end of a text, whole characters: of a stack the one says what, and the other where. */
function withoutMiddle(text: string, most: number): string {
  const bytes = Buffer.from(text);
  const isWithin = (at: number) => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  let end = most / 2;
  while (isWithin(end)) end -= 1;
  let from = bytes.length - most / 2;
  while (isWithin(from)) from += 1;
  return `${bytes.toString('utf8', 0, end)} … ${bytes.toString('utf8', from)}`;
}
