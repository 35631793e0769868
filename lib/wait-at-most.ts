/** Waits until work is done or the time is over. Work that takes longer goes on. @throws what the work throws in time. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
