/** Does the work for each item, at most so many at a time. @throws what the work of one throws first; the others go on. */
export async function atATime<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const workOneByOne = async () => {
    // All take from the same iterator.
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: most }, workOneByOne));
}
