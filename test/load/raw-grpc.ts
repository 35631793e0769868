import http2 from 'node:http2';

export const LIST = '/campus.patrol.PatrolService/ListPatrols';
export const WATCH = '/grpc.health.v1.Health/Watch';
export const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
/** gRPC's frame of a message with nothing in it. */
export const EMPTY_MESSAGE = Buffer.alloc(5);

/** Opens a session that does not mind being put out. */
export function openSession(port: number, options?: http2.ClientSessionOptions): http2.ClientHttp2Session {
  const session = http2.connect(`http://127.0.0.1:${port}`, options);
  session.on('error', () => {});
  return session;
}

/** Opens a call by hand, so that it can be left, reset or said in pieces. */
export function openStream(
  session: http2.ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): http2.ClientHttp2Stream {
  const stream = session.request(
    { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers },
    { endStream: false },
  );
  stream.on('error', () => {});
  stream.resume();
  return stream;
}

/** Returns the frame of a question to reflection, for a symbol of so many bytes, from 128 to 16,383. */
export function question(bytes: number): Buffer {
  const symbol = Buffer.alloc(bytes, 'x');
  // Field 4 of ServerReflectionRequest, a string whose length takes two bytes.
  const message = Buffer.concat([Buffer.from([0x22, (bytes & 0x7f) | 0x80, bytes >> 7]), symbol]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}
