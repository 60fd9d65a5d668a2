import { describe, expect, onTestFinished, test } from 'vitest'
import { asVerifiedKeyBytes } from '../../../src/certification/signatures/verified-key-bytes.ts'
import {
  openVerificationPool,
  type VerificationPool,
} from '../../../src/repository/verification/verification-pool.ts'
import { debianText } from '../../support/debian-text.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../../support/rebuilder.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function opened(): VerificationPool {
  const pool = openVerificationPool(0)
  onTestFinished(() => pool.close())
  return pool
}

/** To examine a text with that key, every time with bytes of its own. */
const taskOf = (text: string, by?: TestRebuilder) => ({
  submitted: { bytes: bytesOf(text) },
  dialect: 'debian' as const,
  keys: by === undefined ? [] : [asVerifiedKeyBytes(by.publicKey.bytes)],
})

describe('a certification', () => {
  test('with a good signature is examined once, also for those who ask at the same time', async () => {
    const pool = opened()
    const alice = await rebuilder()
    const text = await clearsign(debianText({}), [alice])
    const [one, other] = await Promise.all([
      pool.examine(taskOf(text, alice), 'one'),
      pool.examine(taskOf(text, alice), 'other'),
    ])
    expect(one[0]?.signature).toBe('good')
    expect(other).toBe(one)
    expect(await pool.examine(taskOf(text, alice), 'one')).toBe(one)
  })

  test('is known in the form in which a feed has it, and so are the keys that it claims', async () => {
    const pool = opened()
    const alice = await rebuilder()
    const text = await clearsign(debianText({}), [alice])
    const [first] = await pool.examine(taskOf(`words around it\n\n${text}`, alice), 'one')
    const kept = first?.certification
    if (kept === undefined) throw new Error('it is none')
    expect(Buffer.from(kept.bytes).toString()).not.toContain('words')
    const submitted = { bytes: Uint8Array.from(kept.bytes) }
    const again = await pool.examine({ ...taskOf('', alice), submitted }, 'one')
    expect(again[0]).toBe(first)
    expect(pool.claimed(submitted)).toEqual([kept.claimedKeyId])
  })

  test.each([
    ['whose key is not there', false, 'key-unknown'],
    ['that its key did not sign', true, 'invalid'],
  ])(
    '%s is examined each time, so that it pushes out nothing that is good',
    async (_, hasKey, state) => {
      const pool = opened()
      const alice = await rebuilder()
      const text = (await clearsign(debianText({}), [alice])).replace('hello', 'hollo')
      const task = () => taskOf(text, hasKey ? alice : undefined)
      const first = await pool.examine(task(), 'one')
      expect(first[0]?.signature).toBe(state)
      expect(await pool.examine(task(), 'one')).not.toBe(first)
    },
  )

  test('is examined again with another key', async () => {
    const pool = opened()
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    const text = await clearsign(debianText({}), [alice])
    await pool.examine(taskOf(text, alice), 'one')
    expect((await pool.examine(taskOf(text, bob), 'one'))[0]?.signature).toBe('key-unknown')
  })
})

describe('what was uploaded', () => {
  test('is read once, and so is each of its keys in the form in which it is kept', async () => {
    const pool = opened()
    const { publicKey } = await rebuilder()
    const upload = () => Uint8Array.from(publicKey.bytes)
    const [first] = await pool.readPublicKeys(upload(), 'one')
    expect(first?.fingerprint).toBe(publicKey.fingerprint)
    expect((await pool.readPublicKeys(upload(), 'other'))[0]).toBe(first)
    const kept = Uint8Array.from(first?.bytes ?? [])
    const [again] = await pool.readPublicKeys(kept, 'one')
    expect(again?.fingerprint).toBe(publicKey.fingerprint)
    expect((await pool.readPublicKeys(Uint8Array.from(kept), 'one'))[0]).toBe(again)
  })

  test('and is no key is refused again without being read again', async () => {
    const pool = opened()
    const refusals: unknown[] = []
    for (const owner of ['one', 'other'])
      await pool
        .readUpload(bytesOf('no key'), owner)
        .catch((error: unknown) => void refusals.push(error))
    expect(refusals[0]).toMatchObject({ code: 'KEY_SYNTAX' })
    expect(refusals[1]).toBe(refusals[0])
  })
})
