import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addKey, ALICE, BROWSER, data, get, openDoor, post } from '../door.ts'
import { costOf } from '../../support/cost-of.ts'
import { listen, run } from '../socket.ts'

const has = (program: string) => spawnSync(program, ['--version']).status === 0

describe('HKP', () => {
  it('gets a key, and lists keys for machines and for people', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const key = (await get(app, `/keys/${ALICE}`)).body
    for (const search of [`0x${ALICE}`, `0x${ALICE.slice(-16)}`, 'alice@rebuilder.example']) {
      const found = await get(app, `/pks/lookup?op=get&options=mr&fingerprint=on&search=${search}`)
      expect([found.statusCode, found.body]).toEqual([200, key])
    }
    const index = await get(app, `/pks/lookup?op=index&options=mr&search=Alice+Throwaway`)
    expect(index.headers['content-type']).toContain('text/plain')
    const [info, pub, uid] = index.body.split('\n')
    expect(info).toBe('info:1:1')
    expect(pub).toMatch(new RegExp(`^pub:${ALICE}:1:3072:1795330435:1858402435:$`))
    expect(uid).toMatch(/^uid:Alice Throwaway <alice@rebuilder.example>:/)
    const page = await get(app, `/pks/lookup?op=vindex&search=0x${ALICE}`, BROWSER)
    expect(page.body).toContain('Alice Throwaway &lt;alice@rebuilder.example&gt;')
  })

  it('finds nothing, and does nothing that it does not know', async () => {
    const { app } = await openDoor()
    expect((await get(app, `/pks/lookup?op=get&options=mr&search=0x${ALICE}`)).statusCode).toBe(404)
    expect((await get(app, '/pks/lookup?op=index&options=mr&search=nobody')).statusCode).toBe(404)
    expect((await get(app, '/pks/lookup?op=stats&search=x')).statusCode).toBe(501)
    expect((await get(app, '/pks/lookup?op=get')).statusCode).toBe(400)
  })

  it('adds keys from a form', async () => {
    const { app } = await openDoor()
    const keytext = new URLSearchParams({
      keytext: data('hello/alice.asc').toString(),
      options: 'mr',
    }).toString()
    const answer = await app.inject({
      method: 'POST',
      url: '/pks/add',
      payload: keytext,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.statusCode).toBe(200)
    expect((await get(app, `/keys/${ALICE}`)).statusCode).toBe(200)
    expect((await post(app, '/pks/add', 'other=1')).json()).toMatchObject({ code: 'BODY_EMPTY' })
  })

  it('adds a key whose blanks are pluses, among many other members, and parses none of those', async () => {
    const { app } = await openDoor()
    const escaped = encodeURIComponent(data('hello/alice.asc').toString())
    const keytext = `&keytext=${escaped.replaceAll('%20', '+')}`
    const [least, most] = [`a=1${keytext}&b`, `${'a&'.repeat(480_000)}a=1${keytext}&b`]
    expect((await post(app, '/pks/add', least)).body).toContain(ALICE)
    const cost = await costOf(async () => {
      expect((await post(app, '/pks/add', most)).body).toContain(ALICE)
    })
    expect(cost).toBeLessThan(20)
  })

  it.skipIf(!has('gpg') || !has('dirmngr'))(
    'serves the real gpg, which sends keys and receives them (skipped without gpg and dirmngr)',
    async () => {
      const { app } = await openDoor()
      const port = await listen(app)
      const home = await mkdtemp(join(tmpdir(), 'countersign-gpg-'))
      onTestFinished(async () => {
        await run('gpgconf', ['--homedir', home, '--kill', 'all'])
        await rm(home, { recursive: true, force: true })
      })
      const gpg = (...args: string[]) =>
        run('gpg', [
          '--homedir',
          home,
          '--batch',
          '--keyserver',
          `hkp://127.0.0.1:${port}`,
          ...args,
        ])
      await addKey(app, 'hello/alice.asc')
      const received = await gpg('--recv-keys', ALICE)
      expect(received.stderr).toContain('imported: 1')
      expect((await gpg('--list-keys', ALICE)).stdout).toContain('alice@rebuilder.example')
      await run('gpg', [
        '--homedir',
        home,
        '--batch',
        '--import',
        new URL('../../data/hello/bob.asc', import.meta.url).pathname,
      ])
      const bob = data('hello/bob.fpr').toString().trim()
      await gpg('--send-keys', bob)
      expect((await get(app, `/keys/${bob}`)).statusCode).toBe(200)
    },
  )
})
