import { describe, expect, test } from 'vitest'
import { outcomeText, type Sent } from '../../../src/cli/terminal/outcome-text.ts'
import { STDIN } from '../../../src/cli/terminal/input.ts'
import type { SubmitOutcome, Waiting } from '../../../src/contract/submission.ts'

const NODE = 'http://127.0.0.1:8000'
const sent = (changes: Partial<Sent> = {}): Sent => ({
  file: 'a.buildinfo',
  node: NODE,
  dialect: 'debian',
  ...changes,
})
const waits = (changes: Partial<Waiting>): SubmitOutcome => ({
  status: 'waiting',
  waiting: {
    collection: 'debian',
    waitingFor: 'key',
    expires: '2026-12-01T00:00:00Z',
    next: 'The words of the node.',
    ...changes,
  },
})

describe('what to do next is a command to paste', () => {
  test('in which names are one word of a shell, whatever is in them', () => {
    const file = "a b'; rm -rf $HOME #.buildinfo"
    const quoted = `'a b'\\''; rm -rf $HOME #.buildinfo'`
    expect(outcomeText(sent({ file }), waits({ waitingFor: 'signature' }))).toContain(
      `gpg --armor --detach-sign ${quoted} && countersign submit ${quoted} --to ${NODE}`,
    )
    const node = 'http://127.0.0.1:8000/?a=1&b'
    expect(outcomeText(sent({ node }), waits({ keyId: '0123456789ABCDEF' }))).toContain(
      `gpg --armor --export 0123456789ABCDEF | countersign key add - --node '${node}'`,
    )
  })

  test.each(['0123456789ABCDEF; rm x', '0123456789ABCDE', '$(x)'])(
    'in which the node has no word of its own: %s is no key id',
    (keyId) => {
      const told = outcomeText(sent(), waits({ keyId }))
      expect(told).not.toContain('gpg')
      expect(told).toContain('The words of the node.')
    },
  )

  test('that fits what was sent', () => {
    expect(outcomeText(sent({ dialect: 'in-toto' }), waits({ keyId: 'A'.repeat(16) }))).toContain(
      `countersign key add KEY.pub --node ${NODE}, with a rebuilder's key in PEM`,
    )
    expect(outcomeText(sent({ file: STDIN }), waits({ waitingFor: 'signature' }))).toContain(
      'The words of the node.',
    )
  })
})

test('what a node says is shown without signs that steer a terminal, in lines of its own', () => {
  const refusal = {
    type: 'about:blank',
    title: 'No',
    status: 403,
    code: 'SIGNATURE_INVALID' as const,
    detail: 'No\u001b[2J\nwaiting   other.buildinfo: x',
    keyId: null,
  }
  const lines = outcomeText(sent(), { status: 'refused', refusal }).split('\n')
  expect(lines).toEqual([
    'refused   a.buildinfo: one signature, SIGNATURE_INVALID',
    '          No\\u001b[2J\\u000awaiting   other.buildinfo: x',
    '',
  ])
})
