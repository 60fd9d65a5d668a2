/* Vectors of "Reading back" of src/spec/network.md. */
import { encode } from 'cborg'
import { encodeAnswer, encodeQuestion } from '../../src/network/frames/read-back.ts'
import { hexOf } from './plain.ts'

const FEED = 'ab'.repeat(32)
const BLOCK = '83010203'

export function readBackVectors() {
  const id = new Uint8Array(Buffer.from(FEED, 'hex'))
  const block = new Uint8Array(Buffer.from(BLOCK, 'hex'))
  return {
    question: { feed: FEED, sequence: 7, hex: hexOf(encodeQuestion({ feed: FEED, sequence: 7 })) },
    answers: [
      { kind: 'here', block: BLOCK, hex: hexOf(encodeAnswer({ kind: 'here', bytes: block })) },
      { kind: 'absent', hex: hexOf(encodeAnswer({ kind: 'absent' })) },
      { kind: 'later', hex: hexOf(encodeAnswer({ kind: 'later' })) },
    ],
    refused: [
      refused('question', 'no sequence', [id]),
      refused('question', 'a field more', [id, 7, 0]),
      refused('question', 'a key of 31 octets', [id.slice(1), 7]),
      refused('question', 'a sequence behind all that there are', [id, 2 ** 40 - 1]),
      refused('answer', 'a kind that is not known', [3]),
      refused('answer', 'no block', [0]),
      refused('answer', 'text for a block', [0, 'block']),
      refused('answer', 'a block that is not there', [1, block]),
      refused('answer', 'no kind', []),
    ],
  }
}

const refused = (message: 'question' | 'answer', what: string, value: unknown) => ({
  message,
  what,
  code: 'ENTRY_SYNTAX',
  hex: hexOf(encode(value)),
})
