import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

/** Loads a file of proto/. `Packages` is the type generated from it (`npm run proto`), kept fresh by a test. */
export function loadProto<Packages>(file: string): Packages {
  // grpc-js gives an untyped tree; its type is generated from the file just read.
  return grpc.loadPackageDefinition(protoDefinition(file)) as unknown as Packages;
}

/** Returns the definitions of a file of proto/, or of one with an absolute path. */
export function protoDefinition(file: string): PackageDefinition {
  const path = isAbsolute(file) ? file : fileURLToPath(new URL(`../proto/${file}`, import.meta.url));
  return loadSync(path, { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
}
