import { destination, type LevelWithSilent, type Logger as PinoLogger, pino } from 'pino'

/** Constant message, data as fields; untrusted bytes never above debug. Each floor gets its `child`. */
export type Logger = PinoLogger

/** Of lines that cannot be written; what is more is dropped. */
const MOST_UNWRITTEN = 1024 * 1024

/** JSON lines on stderr, written before the call returns, so that the last one of a crash is there. */
export function openLogger(level: LevelWithSilent): Logger {
  const lines = destination({ dest: 2, sync: true, maxLength: MOST_UNWRITTEN })
  // a log on a disk that is full must not end the node
  lines.on('error', () => undefined)
  return pino({ level, base: null }, lines)
}
