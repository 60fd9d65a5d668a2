import { isatty } from 'node:tty'
import type { Output } from './command.ts'

/** Who reads may leave (`| head`): then there is nothing more to say, and nothing went wrong. */
export function openOutput(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  return {
    terminal: isatty(stream.fd),
    write: (text) => {
      stream.write(text)
    },
  }
}
