import { isHex } from '../../base/fingerprint.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { Receipt, SubmitOutcome, Waiting } from '../../contract/submission.ts'
import { STDIN } from './input.ts'
import { printable } from './printable.ts'

export interface Sent {
  readonly file: string
  readonly node: string
  /** As its first lines look. */
  readonly dialect: DialectName | undefined
}

/** What became of one file at one node, for people: what, and below it where it is or what to do. */
export function outcomeText(sent: Sent, outcome: SubmitOutcome): string {
  const { file } = sent
  const [what, ...below] = wordsOf(sent, outcome)
  const first = printable(`${outcome.status.padEnd(9)} ${file}: ${what}`)
  return [first, ...below.map((line) => `          ${printable(line)}`), ''].join('\n')
}

function wordsOf(sent: Sent, outcome: SubmitOutcome): readonly [string, ...string[]] {
  if (outcome.status === 'refused') {
    const { code, detail, keyId } = outcome.refusal
    return [`${keyId === null ? 'one signature' : `the signature by ${keyId}`}, ${code}`, detail]
  }
  const [kept, words] =
    outcome.status === 'waiting'
      ? [outcome.waiting, waitingText(sent, outcome.waiting)]
      : [outcome.receipt, receiptText(sent.node, outcome.receipt)]
  return [...words, ...(kept.leftOut ?? []).map(({ detail }) => detail)]
}

function receiptText(node: string, receipt: Receipt): readonly [string, string] {
  const { id, state, feed, sequence, url } = receipt
  const link = URL.canParse(url, node) ? new URL(url, node).href : url
  return [`${state}, id ${id}`, `feed ${feed}, sequence ${sequence}, ${link}`]
}

function waitingText(sent: Sent, waiting: Waiting): readonly [string, string] {
  const { waitingFor, expires } = waiting
  return [`for its ${waitingFor}, until ${expires}, at ${sent.node}`, nextStep(sent, waiting)]
}

/** A command to paste. The node's words only go in if they cannot be anything but a key id. */
function nextStep({ file, node, dialect }: Sent, { waitingFor, keyId, next }: Waiting): string {
  if (waitingFor === 'key' && dialect === 'in-toto')
    return `countersign key add KEY.pub --node ${word(node)}, with a rebuilder's key in PEM`
  if (waitingFor === 'key' && keyId !== undefined && isHex(keyId, 16))
    return `gpg --armor --export ${keyId} | countersign key add - --node ${word(node)}`
  if (waitingFor === 'signature' && file !== STDIN) {
    const sign = `gpg --armor --detach-sign ${word(file)}`
    return `${sign} && countersign submit ${word(file)} --to ${word(node)}`
  }
  return next
}

/** One word for a shell. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
