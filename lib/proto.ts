import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

/**
 * Loads a file of proto/ as the packages that it declares. `Packages` is the type generated from that same file
 * (`npm run proto`), which a test keeps fresh.
 */
export function loadProto<Packages>(file: string): Packages {
  // grpc-js gives an untyped tree; its type is generated from the file just read.
  return grpc.loadPackageDefinition(protoDefinition(file)) as unknown as Packages;
}

/** Gives what a file of proto/, or one named by its whole path, declares. */
export function protoDefinition(file: string): PackageDefinition {
  const path = isAbsolute(file) ? file : fileURLToPath(new URL(`../proto/${file}`, import.meta.url));
  return loadSync(path, { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
}
