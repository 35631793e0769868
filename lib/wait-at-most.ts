/** Waits until work is done, failed or not, or the time is over. Work that takes longer goes on. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
