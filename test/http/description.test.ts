import { Value } from 'typebox/value'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { NetworkBody } from '../../src/contract/network-schemas.ts'
import { STATUS } from '../../src/http/answers/responses.ts'
import { RebuilderDetailBody } from '../../src/contract/rebuilder-schemas.ts'
import { AgreementBody } from '../../src/contract/agreement-schemas.ts'
import * as schemas from '../../src/contract/schemas.ts'
import { ReceiptBody, WaitingBody } from '../../src/contract/submission-schemas.ts'
import { addKey, ALICE, get, helloOf, openDoor, post, submitHello } from './door.ts'

describe('openapi.json', () => {
  it('describes every route that there is', async () => {
    const { app } = await openDoor()
    const { openapi, paths } = (await get(app, '/openapi.json')).json<{
      openapi: string
      paths: Record<string, object>
    }>()
    expect(openapi).toBe('3.1.0')
    const described = Object.entries(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb} ${path}`),
    )
    expect(described.toSorted()).toMatchInlineSnapshot(`
      [
        "get /",
        "get /agreement/debian/{path}",
        "get /agreement/maven/{path}",
        "get /agreement/rebuilderd/{path}",
        "get /api/v1/builds/{build}/artifacts/{artifact}/attestation",
        "get /api/v1/meta/public-keys",
        "get /api/v1/packages/binary",
        "get /artifacts",
        "get /artifacts/{algorithm}/{hex}",
        "get /certifications",
        "get /certifications/{name}",
        "get /compare",
        "get /debian",
        "get /debian/{path}",
        "get /events",
        "get /feeds",
        "get /feeds/{key}",
        "get /feeds/{key}/proof/{sequence}",
        "get /health",
        "get /keys/{fingerprint}",
        "get /maven",
        "get /maven/{path}",
        "get /network",
        "get /openapi.json",
        "get /peers",
        "get /pks/lookup",
        "get /policy",
        "get /ready",
        "get /rebuilderd",
        "get /rebuilderd/{path}",
        "get /rebuilders",
        "get /rebuilders/{fingerprint}",
        "get /rebuilders/{fingerprint}/api/v1/builds/{build}/artifacts/{artifact}/attestation",
        "get /rebuilders/{fingerprint}/api/v1/meta/public-keys",
        "get /rebuilders/{fingerprint}/api/v1/packages/binary",
        "get /search",
        "get /status",
        "get /withheld",
        "post /artifacts/lookup",
        "post /debian",
        "post /keys",
        "post /maven",
        "post /pks/add",
        "post /rebuilderd",
        "put /api/submit",
        "put /debian/{path}",
        "put /maven/{path}",
        "put /rebuilderd/{path}",
      ]
    `)
  })

  it('is held by the answers', async () => {
    const { app } = await openDoor()
    const waiting = await post(app, '/debian', helloOf('alice'))
    expect(Value.Check(WaitingBody, waiting.json())).toBe(true)
    const added = await addKey(app, 'hello/alice.asc')
    expect(Value.Check(schemas.KeysAddedBody, added.json())).toBe(true)
    const known = await post(app, '/debian', helloOf('alice'))
    expect(Value.Check(ReceiptBody, known.json())).toBe(true)
  })

  it('is held by the answers to questions', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const answers = [
      ['/debian/', schemas.ListingBody],
      ['/debian/hello/2.10-3/amd64%20source', schemas.ListingBody],
      ['/certifications', schemas.SummariesBody],
      [`/certifications/${alice}.json`, schemas.DetailBody],
      ['/agreement/debian/hello/2.10-3', AgreementBody],
      ['/rebuilders', Type.Array(schemas.RebuilderBody)],
      [`/rebuilders/${ALICE}`, RebuilderDetailBody],
      ['/network', NetworkBody],
      ['/status', schemas.StatusBody],
      ['/nothing', schemas.ProblemBody],
    ] as const
    for (const [url, schema] of answers) {
      const body: unknown = (await get(app, url)).json()
      expect([url, [...Value.Errors(schema, body)]]).toEqual([url, []])
    }
  })
})

describe('the status of every code', () => {
  it('is one of an error', () => {
    const odd = Object.entries(STATUS).filter(([, status]) => status < 400 || status > 599)
    expect(odd).toEqual([])
  })
})
