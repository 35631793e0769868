import { readdir } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import type { Meter, MeterProvider, ObservableResult } from '@opentelemetry/api';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';

const MICROSECONDS = 1e6;

/** Observes event loop, garbage collection, heap, memory, CPU, descriptors and build. @returns a function that ends it. */
export function observeProcess(provider: MeterProvider, meter: Meter, version: string): () => void {
  const runtime = new RuntimeNodeInstrumentation();
  runtime.setMeterProvider(provider);
  const cpu = meter.createObservableCounter('process.cpu.time', { description: 'CPU time used', unit: 's' });
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / MICROSECONDS, { 'process.cpu.state': 'user' });
    result.observe(system / MICROSECONDS, { 'process.cpu.state': 'system' });
  });
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(name, { description, unit });
  gauge('process.memory.usage', 'Resident memory', 'By').addCallback((result) =>
    result.observe(process.memoryUsage.rss()),
  );
  gauge('v8js.memory.heap.limit', 'The most the heap may hold', 'By').addCallback((result) =>
    result.observe(getHeapStatistics().heap_size_limit),
  );
  gauge('process.uptime', 'Time since the process started', 's').addCallback((result) =>
    result.observe(process.uptime()),
  );
  gauge('process.unix.file_descriptor.count', 'Open file descriptors', '{file_descriptor}').addCallback(
    observeDescriptors,
  );
  gauge('patrol.build.info', 'What runs, as labels; always 1', '1').addCallback((result) =>
    result.observe(1, { 'service.version': version, 'process.runtime.version': process.versions.node }),
  );
  return () => runtime.disable();
}

async function observeDescriptors(result: ObservableResult): Promise<void> {
  // Only Linux has it; elsewhere the metric is missing.
  if (process.platform === 'linux') result.observe((await readdir('/proc/self/fd')).length);
}
