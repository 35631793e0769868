import type { Logger } from 'pino';

/**
 * Switches the log to `debug` and back at each SIGUSR2 (`kill -USR2 <pid>`): an evening that goes wrong is not restarted to
 * be looked at. Both are said in the log, at the level WARNING.
 */
export function switchLevelOnSignal(log: Logger): void {
  const usual = log.level === 'debug' ? 'info' : log.level;
  process.on('SIGUSR2', () => {
    log.level = log.level === 'debug' ? usual : 'debug';
    log.warn({ log_level: log.level }, 'the level of the log was switched by SIGUSR2');
  });
}
