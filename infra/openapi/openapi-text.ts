import { operations } from '../../handlers/index.ts';
import { openApiDocument } from '../../lib/http/openapi/document.ts';
import { onRest } from '../../lib/operation.ts';
import { SIRIUS } from '../../lib/settings/campus-buildings.ts';

/** Returns the API document of Campus Sirius as it is committed. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(onRest(operations), { buildings: SIRIUS }), null, 2)}\n`;
}
