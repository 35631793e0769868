/** jest's global teardown. */
export default async function stopDatabaseServer(): Promise<void> {
  await globalThis.stopDatabaseServer?.();
}
