/** Slonik's log (roarr) listens at both streams anew in each test file, which a worker has many of. */
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
