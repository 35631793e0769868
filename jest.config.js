/** Node itself strips the types: what runs in a test is the source. */
const shared = {
  rootDir: import.meta.dirname,
  transform: {},
  setupFiles: ['<rootDir>/test/listeners-of-streams.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.local/'],
  modulePathIgnorePatterns: ['/dist/', '/.local/'],
};

/** Jest runs the same file once, however many projects name it. */
const withDatabases = {
  globalSetup: '<rootDir>/test/database-server.ts',
  globalTeardown: '<rootDir>/test/database-server-stop.ts',
};

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...shared,
      ...withDatabases,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
    },
    {
      ...shared,
      ...withDatabases,
      displayName: 'service',
      testMatch: ['<rootDir>/test/service/**/*.test.ts'],
    },
  ],
  testTimeout: 30_000,
  // Modules of a test file stay in memory after it; a process of several gigabytes is slow.
  workerIdleMemoryLimit: '1GB',
};
