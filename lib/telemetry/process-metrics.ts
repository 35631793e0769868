import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Meter, Observable, ObservableResult } from '@opentelemetry/api';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/**
 * Observes the process: event loop, memory, CPU, descriptors, and what was built. Gives what ends the observation.
 * Event loop delays are those since the scrape before.
 */
export function observeProcess(meter: Meter, version: string): () => void {
  const loop = observeEventLoop(meter);
  observeMemory(meter);
  const cpu = meter.createObservableCounter('process.cpu.time', { description: 'CPU time used', unit: 's' });
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / MICROSECONDS, { 'process.cpu.state': 'user' });
    result.observe(system / MICROSECONDS, { 'process.cpu.state': 'system' });
  });
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(name, { description, unit });
  gauge('process.uptime', 'Time since the process started', 's').addCallback((result) =>
    result.observe(process.uptime()),
  );
  gauge('process.unix.file_descriptor.count', 'Open file descriptors', '{file_descriptor}').addCallback(
    observeDescriptors,
  );
  gauge('patrol.build.info', 'What runs, as labels; always 1', '1').addCallback((result) =>
    result.observe(1, { 'service.version': version, 'process.runtime.version': process.versions.node }),
  );
  return loop;
}

function observeEventLoop(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const figures: readonly (readonly [string, () => number])[] = [
    ['min', () => delay.min],
    ['max', () => delay.max],
    ['mean', () => delay.mean],
    ['p50', () => delay.percentile(50)],
    ['p90', () => delay.percentile(90)],
    ['p99', () => delay.percentile(99)],
  ];
  const gauges = figures.map(([figure, read]) => {
    const options = { description: `Event loop delay, ${figure}`, unit: 's' };
    return [meter.createObservableGauge(`nodejs.eventloop.delay.${figure}`, options), read] as const;
  });
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
    description: 'Share of the time that the event loop was busy',
    unit: '1',
  });
  let before = performance.eventLoopUtilization();
  const observables: Observable[] = [utilization, ...gauges.map(([gauge]) => gauge)];
  meter.addBatchObservableCallback((result) => {
    const now = performance.eventLoopUtilization();
    result.observe(utilization, performance.eventLoopUtilization(now, before).utilization);
    before = now;
    // Nothing was measured yet if two scrapes come in the same turn.
    if (delay.count === 0) return;
    for (const [gauge, read] of gauges) result.observe(gauge, read() / NANOSECONDS);
    delay.reset();
  }, observables);
  return () => delay.disable();
}

function observeMemory(meter: Meter): void {
  const bytes = (name: string, description: string) =>
    meter.createObservableGauge(name, { description, unit: 'By' });
  bytes('process.memory.usage', 'Resident memory').addCallback((result) =>
    result.observe(process.memoryUsage.rss()),
  );
  bytes('v8js.memory.heap.used', 'Heap in use').addCallback((result) =>
    result.observe(getHeapStatistics().used_heap_size),
  );
  bytes('v8js.memory.heap.limit', 'The most the heap may hold').addCallback((result) =>
    result.observe(getHeapStatistics().heap_size_limit),
  );
}

async function observeDescriptors(result: ObservableResult): Promise<void> {
  // Only Linux says it this way; elsewhere there is simply no such metric.
  if (process.platform === 'linux') result.observe((await readdir('/proc/self/fd')).length);
}
