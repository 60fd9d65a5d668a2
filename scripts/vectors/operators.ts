/* Whose keys are whose, by a policy. */
import { namedOperators } from '../../src/certification/agreement/named-operators.ts'

const key = (letter: string): string => letter.repeat(40)

/** `ann: AB`: ann with the keys A and B; `EC`: the key E with the subkey C. */
const CASES: readonly (readonly [what: string, policy: readonly string[], keys: readonly string[]])[] = [
  ['nobody', [], ['A', 'BC']],
  ['a primary key', ['ann: A'], ['AB', 'C']],
  ['a primary key of which no copy is here', ['ann: A'], []],
  ['a subkey', ['ann: B'], ['AB', 'C']],
  ['a primary key of one and its subkey of another', ['bob: B', 'ann: A'], ['AB']],
  ['two subkeys of one key, under two operators', ['bob: C', 'ann: B'], ['ABC', 'DCB']],
  ['a subkey of two keys', ['ann: C'], ['AC', 'BC']],
  ['a key that is a subkey of another', ['ann: B'], ['AB', 'B']],
] // prettier-ignore

export const operatorVectors = () =>
  CASES.map(([what, policy, written]) => {
    const operators = policy.map((one) => {
      const [name = '', letters = ''] = one.split(': ')
      return { name, keys: Array.from(letters, key) }
    })
    const keys = written.map((letters) => {
      const [primary = '', ...subkeys] = Array.from(letters, key)
      return { primary, subkeys }
    })
    const { operatorOf } = namedOperators(operators, keys)
    const of = ['A', 'B', 'C', 'D'].map(
      (letter) => [key(letter), operatorOf(key(letter)) ?? null] as const,
    )
    return { what, operators, keys, of: Object.fromEntries(of) }
  })
