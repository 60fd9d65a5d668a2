import { malformed } from './cbor.ts'
import { MAX_ENTRIES } from './limits.ts'
import { arrayOf, bytesOfHex, bytesOfText, hexOf, integerOf, textOf } from './value-checks.ts'

/** Why a certification is withheld, for programs. */
export const WITHHOLDING_CODES = ['spam', 'legal', 'privacy', 'error'] as const
export type WithholdingCode = (typeof WITHHOLDING_CODES)[number]

/** Of a reason in UTF-8. */
const MAX_REASON_BYTES = 1_024
/** The end of the year 9999, so that every time can be written as ISO 8601 with four digits. */
export const MAX_TIME = 253_402_300_799_999

/** Where an entry stands in the feed that says so. */
export interface FeedPlace {
  readonly sequence: number
  readonly position: number
}

/** Another entry of a cleared block, and where the feed has it now. */
export interface Move {
  readonly from: FeedPlace
  readonly to: FeedPlace
}

/** The feed's writer does not keep a certification any more. It binds nobody else. */
export interface WithholdingEntry {
  readonly kind: 'withholding'
  /** Of the certification, 64 lower-case hex digits. */
  readonly id: string
  readonly reason: string
  readonly code: WithholdingCode
  /** Milliseconds since 1970, by the writer's clock. */
  readonly at: number
  /** Where it stood in this feed; its block is cleared. `undefined`: only other feeds had it. */
  readonly cleared?: FeedPlace | undefined
  /** The others of the cleared block, in order. Of several withheld in one block the first entry names them. */
  readonly moves: readonly Move[]
}

/** A withholding that is taken back. */
export interface RestorationEntry {
  readonly kind: 'restoration'
  readonly id: string
  readonly at: number
}

/** `[3, id, reason, code, at, [sequence, position] | null, [[sequence, position, new sequence, new position]…]]` */
export function withholdingFields(entry: WithholdingEntry): readonly unknown[] {
  const { id, reason, code, at, cleared, moves } = entry
  return [
    3,
    bytesOfHex(id),
    bytesOfText(reason),
    code,
    at,
    cleared === undefined ? null : [cleared.sequence, cleared.position],
    moves.map(({ from, to }) => [from.sequence, from.position, to.sequence, to.position]),
  ]
}

/** @throws MalformedError ENTRY_SYNTAX */
export function withholdingOf(fields: readonly unknown[]): WithholdingEntry {
  const [, id, reason, code, at, clearedField, moves] = fields
  const cleared = clearedField === null ? undefined : placeOf(arrayOf(clearedField, PAIR))
  return {
    kind: 'withholding',
    id: hexOf(id),
    reason: textOf(reason, { min: 1, max: MAX_REASON_BYTES }),
    code: codeOf(code),
    at: integerOf(at, { min: 0, max: MAX_TIME }),
    ...(cleared !== undefined && { cleared }),
    moves: movesOf(arrayOf(moves, { min: 0, max: MAX_ENTRIES }), cleared),
  }
}

/** `[4, id, at]` */
export const restorationFields = ({ id, at }: RestorationEntry): readonly unknown[] => [
  4,
  bytesOfHex(id),
  at,
]

/** @throws MalformedError ENTRY_SYNTAX */
export const restorationOf = ([, id, at]: readonly unknown[]): RestorationEntry => ({
  kind: 'restoration',
  id: hexOf(id),
  at: integerOf(at, { min: 0, max: MAX_TIME }),
})

const PAIR = { min: 2, max: 2 } as const

function movesOf(items: readonly unknown[], cleared: FeedPlace | undefined): readonly Move[] {
  let last = -1
  return items.map((item) => {
    const fields = arrayOf(item, { min: 4, max: 4 })
    const [from, to] = [placeOf(fields.slice(0, 2)), placeOf(fields.slice(2))]
    if (from.sequence !== cleared?.sequence || from.position === cleared.position)
      throw malformed('what moves was no other of the cleared block')
    if (from.position <= last) throw malformed('what moves is not in order')
    if (to.sequence <= from.sequence) throw malformed('nothing moves back in a feed')
    last = from.position
    return { from, to }
  })
}

/** Data blocks have odd sequences: the origin comes first, then data and index blocks in turn. */
function placeOf([sequenceField, positionField]: readonly unknown[]): FeedPlace {
  const sequence = integerOf(sequenceField, { min: 1, max: Number.MAX_SAFE_INTEGER })
  if (sequence % 2 === 0) throw malformed('a place is in no data block')
  return { sequence, position: integerOf(positionField, { min: 0, max: MAX_ENTRIES - 1 }) }
}

function codeOf(value: unknown): WithholdingCode {
  const code = WITHHOLDING_CODES.find((one) => one === value)
  if (code === undefined) throw malformed('its code is unknown')
  return code
}
