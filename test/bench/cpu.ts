import { closedLoop } from '../load/closed-loop.ts';
import { startMeasuredProcess } from '../load/measured-process.ts';
import { setStage } from './stage.ts';
import { type OperationName, openLoad } from './workloads.ts';

const stage = await setStage();
const op = (process.argv[2] ?? 'mark') as OperationName;
const server = await startMeasuredProcess('lib/main.ts', {
  ...stage.environment,
  AUTH_CACHE_SECONDS: '30',
  NODE_OPTIONS: '--cpu-prof --cpu-prof-dir=/tmp/cpu --cpu-prof-interval=100',
});
await stage.seedHistory(3000);
const load = await openLoad(server, stage.database, stage.authorization);
await closedLoop(load.askers[op], 20000);
load.close();
await server.stop();
await stage.strike();
