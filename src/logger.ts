import { destination, type Logger as PinoLogger, pino } from 'pino'
import type { LogLevel } from './config/settings.ts'

/** Constant message, data as fields; untrusted bytes never above debug. Each floor gets its `child`. */
export type Logger = PinoLogger

/** JSON lines on stderr, written before the call returns, so that the last one of a crash is there. */
export function openLogger(level: LogLevel): Logger {
  return pino({ level, base: null }, destination({ dest: 2, sync: true }))
}
