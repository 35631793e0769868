import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/**
 * Loads a file of proto/ as the packages that it declares. `Packages` is the type generated from that same file
 * (`npm run proto`), which a test keeps fresh.
 */
export function loadProto<Packages>(file: string): Packages {
  const path = fileURLToPath(new URL(`../../proto/${file}`, import.meta.url));
  const definition = loadSync(path, {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  // grpc-js gives an untyped tree; its type is generated from the file just read.
  return grpc.loadPackageDefinition(definition) as unknown as Packages;
}
