/* What src/spec/agreement.md says of whose key is whose, written a second time: nothing of Countersign is imported here. */

export interface SecondOperator {
  readonly name: string
  readonly keys: readonly string[]
}
export interface SecondKey {
  readonly primary: string
  /** Those that count. */
  readonly subkeys: readonly string[]
}

/** agreement.md, "Whose voice it is". */
export function ownerOf(
  operators: readonly SecondOperator[],
  keys: readonly SecondKey[],
  rebuilder: string,
): string | undefined {
  const subkeys = keys.flatMap((one) => (one.primary === rebuilder ? one.subkeys : []))
  const inOrder = [rebuilder, ...subkeys.toSorted()]
  const decisive = inOrder.find((one) => operators.some((operator) => operator.keys.includes(one)))
  return operators.find((operator) => operator.keys.some((one) => one === decisive))?.name
}
