import { expect } from '@jest/globals';

/** Gives all metrics of a service, as Prometheus reads them. */
export async function scrapeOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

/** Gives the sum of a metric's series whose labels are among others these. */
export function sumOf(
  metrics: string,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const values = seriesOf(metrics, name, labels).map((line) => Number(line.slice(line.lastIndexOf(' '))));
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}

/** Gives the lines of a metric's series whose labels are among others these. */
export function seriesOf(metrics: string, name: string, labels: Record<string, string> = {}): string[] {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)));
}
