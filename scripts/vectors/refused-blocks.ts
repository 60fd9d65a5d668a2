/* Blocks that no feed has. */
import { encode } from 'cborg'
import { hexOf } from './plain.ts'

const text = (from: string): Uint8Array => new TextEncoder().encode(from)
const ID = 'ab'.repeat(32)
const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const certification = [1, octets(ID), 'debian', text('x'), null, null, 0]
const data = (...entries: readonly unknown[]): string => hexOf(encode([1, 1, entries]))
const rows = (...items: readonly unknown[]): string => hexOf(encode([1, 2, items]))
const row = [1, octets(ID), 7]
const withholding = (cleared: unknown, moves: readonly unknown[], code: unknown = 'spam') =>
  data([3, octets(ID), text('why'), code, 0, cleared, moves])
const good = rows([4, octets(ID), 41])

/** All with ENTRY_SYNTAX. */
export const REFUSED_BLOCKS: readonly (readonly [
  kind: 'data' | 'index',
  what: string,
  hex: string,
])[] = [
  ['data', 'nothing', ''],
  ['data', 'an octet behind its end', `${data(certification)}00`],
  ['data', 'another version', hexOf(encode([2, 1, [certification]]))],
  ['data', 'an index block', rows(row)],
  ['data', 'no entry', data()],
  ['data', '65 entries', data(...Array.from({ length: 65 }, () => [4, octets(ID), 0]))],
  ['data', 'a kind of entry that is not known', data([5, octets(ID), 0])],
  ['data', 'an id of 31 octets', data([4, octets(ID.slice(2)), 0])],
  ['data', 'a time behind the year 9999', data([4, octets(ID), 253_402_300_800_000])],
  ['data', 'a time that is not whole', data([4, octets(ID), 0.5])],
  ['data', 'a negative time', data([4, octets(ID), -1])],
  ['data', 'a dialect that is no name', data(certification.with(2, 'De bian'))],
  ['data', 'an empty certification', data(certification.with(3, new Uint8Array()))],
  ['data', 'an alias that is a text string', data(certification.with(5, 'a/b.buildinfo'))],
  ['data', 'an alias that is no UTF-8', data(certification.with(5, octets('ff')))],
  ['data', 'a field too many', data([...certification, null])],
  ['data', 'a public key under another id', data([2, octets(ID), text('a key')])],
  ['data', 'a withholding with a code that is not known', withholding(null, [], 'whim')],
  ['data', 'a place in an index block', withholding([4, 0], [])],
  ['data', 'a move although nothing is cleared', withholding(null, [[3, 0, 5, 0]])],
  ['data', 'a move of what is cleared', withholding([3, 0], [[3, 0, 5, 0]])],
  ['data', 'a move out of another block', withholding([3, 0], [[5, 1, 7, 0]])],
  ['data', 'a move backwards', withholding([5, 0], [[5, 1, 3, 0]])],
  [
    'data',
    'moves out of order',
    withholding(
      [3, 0],
      [
        [3, 2, 5, 0],
        [3, 1, 5, 1],
      ],
    ),
  ],
  ['index', 'a length of 0', rows([1, octets(ID), 0])],
  ['index', 'a length beyond that of any entry', rows([1, octets(ID), 1_119_233])],
  ['index', 'an id in hex', rows([1, ID, 7])],
  ['index', 'a row that is a map', rows({ 0: 1, 1: octets(ID), 2: 7 })],
  ['index', 'no row', rows()],
  ['index', 'a number in more octets than it needs', good.replace(/^8301/, '831801')],
  ['index', 'an array without a length', `9f${good.slice(2)}ff`],
  ['index', 'a tag', `c0${good}`],
  ['index', 'a number as a float', good.replace(/^8301/, '83f93c00')],
]
