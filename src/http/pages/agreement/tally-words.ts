/* The words for who agrees, the same on every page. */
import type { Tally } from '../../../certification/agreement/judge.ts'
import { countText } from '../elements/references.ts'

export const isEmpty = ({ agreeing, differing, alone }: Tally): boolean =>
  agreeing + differing + alone === 0

const count = (number: number, one: string, many: string): string =>
  `${countText(number)} ${number === 1 ? one : many}`

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ')

/** Of operators that are named: `2 agree, 1 differs`. */
export function agreementWords({ agreeing, differing, alone }: Tally): string {
  return join([
    agreeing === 0 ? '' : count(agreeing, 'agrees', 'agree'),
    differing === 0 ? '' : count(differing, 'differs', 'differ'),
    aloneWords(alone, agreeing + differing),
  ])
}

/**
 * Of all others, without a judgement: `5 say A, 1 says B`; held against those who are named: `5 say the same, 1 says otherwise`.
 */
export function sayingWords(
  { agreeing, differing, alone, sides }: Tally,
  isNamed: boolean,
): string {
  if (!isNamed && sides.length > 1) {
    const spoken = sides.reduce((sum, one) => sum + one, 0)
    const silent = agreeing + differing + alone - spoken
    return join([
      ...sides.map((size, at) => count(size, `says ${letter(at)}`, `say ${letter(at)}`)),
      silent === 0 ? '' : count(silent, 'says nothing of it', 'say nothing of it'),
    ])
  }
  return join([
    agreeing === 0 ? '' : count(agreeing, 'says the same', 'say the same'),
    differing === 0 ? '' : count(differing, otherwise(isNamed), 'say otherwise'),
    aloneWords(alone, agreeing + differing),
  ])
}

/** Who is the only one contradicts itself, if anybody. */
const otherwise = (isNamed: boolean): string => (isNamed ? 'says otherwise' : 'says two things')

/** The fifth is all the rest. */
const letter = (at: number): string => (at === 4 ? 'something else' : String.fromCharCode(65 + at))

/** Who is the only one so far is not accused of standing alone. */
function aloneWords(alone: number, beside: number): string {
  if (alone === 0) return ''
  if (beside > 0) return count(alone, 'built what nobody else did', 'built what nobody else did')
  return alone === 1
    ? '1 so far, nobody else has built it yet'
    : `${countText(alone)} built parts of it, each alone`
}
