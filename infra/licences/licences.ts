interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Gives the list of what the image carries that others wrote, by licence, from the text of package-lock.json. */
export function licenceList(lock: string): string {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(lock);
  const shipped = Object.entries(packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { version, license = 'none' }]) => ({
      name: `${path.replace(/^.*node_modules\//, '')} ${version}`,
      license,
    }));
  const byLicence = Map.groupBy(shipped, ({ license }) => license);
  const sections = [...byLicence]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([license, all]) => {
      const names = [...new Set(all.map(({ name }) => name))].toSorted();
      return `## ${license} (${names.length})\n\n${names.join(', ')}\n`;
    });
  return ['# Licences of what the image carries\n\nWritten by `npm run licences`.\n', ...sections].join('\n');
}
