import { expect, it } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import { ADDRESS_SHARE } from '../../../src/state/waiting-share.ts'
import { WAITING_LIMITS } from '../../../src/state/waiting-place.ts'
import { detachedSignature, rebuilder } from '../../support/rebuilder.ts'
import { openDoor, post } from '../door.ts'

const HONEST = 40

/** As the gradle plugin makes it: without a version. */
const document = (name: string): Buffer =>
  Buffer.from(
    [
      'buildinfo.version=1.0-SNAPSHOT',
      `name=org.example:${name}`,
      'outputs.0.filename=tool-1.0.jar',
      'outputs.0.length=1',
      `outputs.0.checksums.sha512=${'a'.repeat(128)}`,
    ].join('\n'),
  )

it('files whose signature comes are taken behind any number of signatures by unknown keys', async () => {
  const { app } = await openDoor()
  const [alice, unknown] = [await rebuilder(), await rebuilder()]
  await post(app, '/keys', armorPublicKey(alice.publicKey.bytes))
  const put = async (name: string, end: string, payload: Buffer) => {
    const url = `/maven/org/example/${name}/1.0/${name}-1.0.buildinfo${end}`
    return app.inject({ method: 'PUT', url, payload })
  }
  const pair = async (name: string, signature: Uint8Array) => {
    const answers = [
      await put(name, '', document(name)),
      await put(name, '.asc', Buffer.from(signature)),
    ]
    return answers.map(({ statusCode }) => statusCode)
  }
  const bySomebody = await detachedSignature(document('any'), unknown)
  // each takes three places: the certification, and both files
  const most = Math.ceil(WAITING_LIMITS.items / ADDRESS_SHARE / 3)
  const answers: (readonly number[])[] = []
  for (let at = 0; at < most + 20; at++) answers.push(await pair(`flood-${at}`, bySomebody))
  expect(answers[0]).toEqual([202, 202])
  expect(answers.at(-1)).toEqual([202, 503])
  const refused = await put(`flood-0`, '.asc', Buffer.from(bySomebody))
  expect(refused.statusCode).toBe(202)
  await put('one-more', '', document('one-more'))
  const late = await put('one-more', '.asc', Buffer.from(bySomebody))
  expect(late.json()).toMatchObject({ code: 'WAITING_FULL' })
  // nothing of that address goes before 24 hours have passed
  const seconds = Number(late.headers['retry-after'])
  expect(seconds).toBeGreaterThan(86_000)
  expect(seconds).toBeLessThanOrEqual(86_400)
  for (let at = 0; at < HONEST; at++) {
    const name = `honest-${at}`
    const signature = await detachedSignature(document(name), alice)
    expect([name, ...(await pair(name, signature))]).toEqual([name, 202, 201])
  }
})
