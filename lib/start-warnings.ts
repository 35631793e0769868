import { Buffer } from 'node:buffer';
import type { Config } from './config.ts';

/** The length of the HS256 hash (RFC 7518, 3.2). */
const SHORTEST_SECRET_BYTES = 32;

/** Returns warnings about settings that work, but may not be meant. */
export function startWarnings({
  jwtSecret,
  environment,
  trustUserMetadata,
}: Pick<Config, 'jwtSecret' | 'environment' | 'trustUserMetadata'>): string[] {
  const isShort = Buffer.byteLength(jwtSecret) < SHORTEST_SECRET_BYTES;
  return [
    ...(trustUserMetadata
      ? ['GRPC_TRUST_USER_METADATA is on: whoever reaches the gRPC port is who they say they are']
      : []),
    ...(/[\r\n]$/.test(jwtSecret)
      ? ['JWT_SECRET_KEY ends with a line break, which is taken for a part of the secret']
      : []),
    ...(environment === 'production' && isShort
      ? [`JWT_SECRET_KEY is shorter than ${SHORTEST_SECRET_BYTES} bytes, and can be guessed`]
      : []),
  ];
}
