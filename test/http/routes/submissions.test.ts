import { describe, expect, it } from 'vitest'
import { addKey, ALICE, data, form, get, helloOf, openDoor, post } from '../door.ts'

describe('POST /{collection}', () => {
  it('keeps a certification for good: 201, Location and a receipt; the same again is 200 with the same receipt', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const first = await post(app, '/debian', helloOf('alice'))
    expect(first.statusCode).toBe(201)
    const receipt = first.json<Record<string, unknown>>()
    expect(receipt).toMatchObject({ collection: 'debian', state: 'verified', rebuilder: ALICE })
    expect(receipt['id']).toMatch(/^[0-9a-f]{64}$/)
    expect(first.headers.location).toBe(`/certifications/${String(receipt['id'])}`)
    const again = await post(app, '/debian/', helloOf('alice'))
    expect(again.statusCode).toBe(200)
    expect(again.json()).toEqual(receipt)
  })

  it('takes it whatever the client calls its Content-Type', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const statuses: number[] = []
    for (const type of [
      'application/x-www-form-urlencoded',
      'application/json',
      'text/plain',
      'no type at all',
    ]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/debian',
        payload: helloOf('alice'),
        headers: { 'content-type': type },
      })
      statuses.push(answer.statusCode)
    }
    expect(statuses).toEqual([201, 200, 200, 200])
  })

  it('knows the same statement by its id when only unsigned bytes differ', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const first = await post(app, '/debian', helloOf('alice'))
    const crlf = helloOf('alice').toString('latin1').replaceAll('\n', '\r\n')
    const dressed = Buffer.from(`Hello,\n\n${crlf}\nbye\n`, 'latin1')
    const again = await post(app, '/debian', dressed)
    expect(again.statusCode).toBe(200)
    expect(again.json()).toEqual(first.json())
  })

  it('makes one entry of 20 concurrent submissions of the same certification', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(app, '/debian', helloOf('alice'))),
    )
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(answers.filter((answer) => answer.statusCode === 201).length).toBeGreaterThan(0)
    expect(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 201)).toBe(true)
    expect((await repository.status()).collections[0]?.certifications).toBe(1)
  })

  it('lets a certification whose key is unknown wait, says how to send the key, and takes it when the key comes', async () => {
    const { app } = await openDoor()
    const waiting = await post(app, '/debian', helloOf('bob'))
    expect(waiting.statusCode).toBe(202)
    const { waitingFor, id, next } = waiting.json<{
      waitingFor: string
      id: string
      next: string
    }>()
    expect(waitingFor).toBe('key')
    expect(next).toContain('/keys')
    expect((await get(app, `/certifications/${id}`)).statusCode).toBe(404)
    const added = await addKey(app, 'hello/bob.asc')
    expect(added.statusCode).toBe(201)
    expect(added.json()).toMatchObject([{ added: true, released: [id] }])
    expect((await get(app, `/certifications/${id}`)).statusCode).toBe(200)
  })

  it('takes a form with the file, its key and its detached signature', async () => {
    const { app } = await openDoor()
    const clearsigned = form([
      { name: 'file', bytes: helloOf('alice'), filename: 'hello.buildinfo' },
      { name: 'key', bytes: data('hello/alice.asc'), filename: 'alice.asc' },
    ])
    expect((await app.inject({ method: 'POST', url: '/debian', ...clearsigned })).statusCode).toBe(
      201,
    )
    const stem = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
    const detached = form([
      { name: 'signature', bytes: data(`${stem}.alice.buildinfo.asc`) },
      { name: 'file', bytes: data(`${stem}.buildinfo`), filename: 'x.buildinfo' },
    ])
    const answer = await app.inject({ method: 'POST', url: '/maven', ...detached })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ collection: 'maven', rebuilder: ALICE })
  })

  it('refuses a form with other parts, or with one twice', async () => {
    const { app } = await openDoor()
    const bytes = helloOf('alice')
    const refused = [
      form([{ name: 'buildinfo', bytes, filename: 'x' }]),
      form([
        { name: 'file', bytes, filename: 'x' },
        { name: 'file', bytes, filename: 'y' },
      ]),
      form([{ name: 'key', bytes: data('hello/alice.asc') }]),
    ]
    const codes: unknown[] = []
    for (const parts of refused)
      codes.push(
        (await app.inject({ method: 'POST', url: '/debian', ...parts })).json<{ code: string }>()
          .code,
      )
    expect(codes).toEqual(['REQUEST_INVALID', 'REQUEST_INVALID', 'BODY_EMPTY'])
  })

  it('lets a document without its signature wait', async () => {
    const { app } = await openDoor()
    const answer = await post(
      app,
      '/maven',
      data('jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.buildinfo'),
    )
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({ waitingFor: 'signature', collection: 'maven' })
  })

  it('keeps real certifications of Debian and Qubes', async () => {
    const { app } = await openDoor()
    await addKey(app, 'debian/keys/bdale-garbee.asc')
    await addKey(app, 'debian/keys/qubes-debian-r4.asc')
    expect(
      (await post(app, '/debian', data('debian/signed/gzip_1.10-2_all-amd64-source.buildinfo')))
        .statusCode,
    ).toBe(201)
    expect(
      (await post(app, '/debian', data('debian/signed/qubes-dnf_4.5.2-1+deb11u1_amd64.buildinfo')))
        .statusCode,
    ).toBe(201)
  })
})

describe('PUT /api/submit', () => {
  it('answers as buildinfo.debian.net does: the URL as a line of text, 201 and then 200', async () => {
    const { app } = await openDoor({ publicUrl: 'https://certs.example' })
    await addKey(app, 'hello/alice.asc')
    const request = { method: 'PUT', url: '/api/submit', payload: helloOf('alice') } as const
    const first = await app.inject(request)
    expect(first.statusCode).toBe(201)
    expect(first.headers['content-type']).toContain('text/plain')
    expect(first.body).toMatch(/^https:\/\/certs\.example\/certifications\/[0-9a-f]{64}\n$/)
    const again = await app.inject(request)
    expect([again.statusCode, again.body]).toEqual([200, first.body])
  })

  it('rejects with a reason and 400', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/bob.asc')
    for (const payload of [
      data('odd/07-tampered.buildinfo'),
      data('odd/08-unsigned.buildinfo'),
      '',
    ]) {
      const answer = await app.inject({ method: 'PUT', url: '/api/submit', payload })
      expect(answer.statusCode).toBe(400)
      expect(answer.body).toMatch(/^Rejecting submission: .+\n$/)
    }
  })

  it('believes the Host header only where it is a host', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const at = (host: string) =>
      app.inject({
        method: 'PUT',
        url: '/api/submit',
        payload: helloOf('alice'),
        headers: { host },
      })
    expect((await at('node.example:8000')).body).toMatch(
      /^http:\/\/node\.example:8000\/certifications\//,
    )
    expect((await at('[::1]:8000')).body).toMatch(/^http:\/\/\[::1\]:8000\/certifications\//)
    expect((await at('x"><script>')).body).toMatch(/^\/certifications\//)
  })
})
