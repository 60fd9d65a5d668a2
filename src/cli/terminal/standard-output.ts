import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { systemReason } from '../../base/system-reason.ts'
import type { Output } from './command.ts'
import { EXIT } from './exit.ts'

const STDERR = 2
/** As of every program that SIGPIPE ends. */
const PIPE_CLOSED = 141

/**
 * Who reads may leave (`| head`): then there is nothing more to say, and nothing went wrong. Where it cannot be written, nobody
 * may take half an answer for all of it.
 */
export function openOutput(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // what was to be found out is not known yet, unless the exit code is set
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? PIPE_CLOSED)
    if (stream.fd !== STDERR) tell(`standard output cannot be written: ${systemReason(error)}`)
    process.exit(EXIT.storage)
  })
  return {
    terminal: isatty(stream.fd),
    write: (text) => {
      stream.write(text)
    },
  }
}

/** At once, since the process ends. Where that fails too, the exit code is all that is left. */
function tell(sentence: string): void {
  try {
    writeSync(STDERR, `countersign: ${sentence} [DISK]\n`)
  } catch {
    // nobody hears it
  }
}
