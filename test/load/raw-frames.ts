/** HTTP/2 frames by hand (RFC 9113), to say what no client says, and faster than any. */

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const END_HEADERS = 4;
const END_STREAM = 1;
const CANCEL = Buffer.from([0, 0, 0, 8]);

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A string of HPACK (RFC 7541, 5.2), shorter than 127 bytes and not compressed. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

/** The header fields of a gRPC call, none of which is kept in the table of the connection. */
function callHeaders(path: string): Buffer {
  const method = Buffer.from([0x83]);
  const scheme = Buffer.from([0x86]);
  // Names by their place in the static table: :authority, :path, content-type; then one that is not there.
  return Buffer.concat([
    ...[method, scheme, Buffer.from([0x01]), text('campus'), Buffer.from([0x04]), text(path)],
    ...[Buffer.from([0x0f, 0x10]), text('application/grpc')],
    ...[Buffer.from([0x00]), text('te'), text('trailers')],
  ]);
}

/** Returns a connection's first bytes: so many calls with an empty message, each reset at once where it is to be. */
export function callsInFrames(path: string, count: number, isReset: boolean): Buffer {
  const headers = callHeaders(path);
  const message = Buffer.alloc(5);
  const calls = Array.from({ length: count }, (_, at) => {
    const stream = 2 * at + 1;
    const said = [frame(HEADERS, END_HEADERS, stream, headers), frame(DATA, END_STREAM, stream, message)];
    return Buffer.concat(isReset ? [...said, frame(RST_STREAM, 0, stream, CANCEL)] : said);
  });
  return Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, Buffer.alloc(0)), ...calls]);
}
