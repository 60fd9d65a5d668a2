import fastify from 'fastify'
import * as Type from 'typebox'
import Schema from 'typebox/schema'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { answerOf } from '../../src/client/answers.ts'
import { AgreementBody } from '../../src/contract/agreement.ts'
import { answered } from '../../src/contract/described.ts'
import { DetailBody, SummariesBody } from '../../src/contract/certification.ts'
import { ListingBody } from '../../src/contract/listing.ts'
import { NetworkBody } from '../../src/contract/network-answer.ts'
import { ProblemBody } from '../../src/contract/problem.ts'
import { RebuilderDetailBody } from '../../src/contract/rebuilder-detail.ts'
import { RebuildersBody } from '../../src/contract/rebuilder-summary.ts'
import { StatusBody } from '../../src/contract/status.ts'
import { KeysAddedBody, ReceiptBody, WaitingBody } from '../../src/contract/submission.ts'
import { sendJson, STATUS } from '../../src/http/answers/responses.ts'
import { holdToDescriptions } from './described.ts'
import { addKey, ALICE, data, get, helloOf, openDoor, post, submitHello } from './door.ts'

interface Operation {
  readonly operationId?: string
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>
}
interface Description {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

async function describedBy(): Promise<Description> {
  const { app } = await openDoor()
  return (await get(app, '/openapi.json')).json<Description>()
}

const operationsOf = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ ...operation, asked: `${verb} ${path}` })),
  )

describe('openapi.json', () => {
  it('is OpenAPI 3.1, by the schema that its authors publish', async () => {
    const description = await describedBy()
    const schema: unknown = JSON.parse(data('openapi/schema-3.1.json').toString())
    if (typeof schema !== 'object' || schema === null) throw new Error('no schema')
    expect(Schema.Errors(schema, description)).toEqual([true, []])
    const [isRight] = Schema.Errors(schema, { ...description, paths: { status: {} } })
    expect(isRight).toBe(false)
  })

  it('gives every operation an id of its own', async () => {
    const ids = operationsOf(await describedBy()).map(({ operationId }) => operationId)
    expect(ids).not.toContain(undefined)
    expect(ids).toEqual([...new Set(ids)])
  })

  it('has a name for every answer in JSON, and every name that it uses', async () => {
    const description = await describedBy()
    const answers = operationsOf(description).flatMap(({ asked, responses }) =>
      Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content)
          .filter(([type]) => type.endsWith('json'))
          .map(([, { schema = {} }]) => [asked, status, Object.keys(schema)]),
      ),
    )
    expect(answers.length).toBeGreaterThan(90)
    expect(answers.filter(([, , keys]) => keys?.[0] !== '$ref')).toEqual([])
    const refs = JSON.stringify(description).match(/#\/components\/schemas\/[^"]*/g) ?? []
    const names = new Set(Object.keys(description.components.schemas))
    expect(refs.filter((ref) => !names.has(ref.split('/')[3] ?? ''))).toEqual([])
  })

  it('describes every route that there is, without the names of collections', async () => {
    const description = await describedBy()
    const described = operationsOf(description).map(({ asked }) => asked)
    expect(described.toSorted()).toMatchInlineSnapshot(`
      [
        "get /",
        "get /agreement/{collection}/{path}",
        "get /api/v1/builds/{build}/artifacts/{artifact}/attestation",
        "get /api/v1/meta/public-keys",
        "get /api/v1/packages/binary",
        "get /artifacts",
        "get /artifacts/{algorithm}/{hex}",
        "get /certifications",
        "get /certifications/{name}",
        "get /compare",
        "get /events",
        "get /feeds",
        "get /feeds/{key}",
        "get /feeds/{key}/proof/{sequence}",
        "get /health",
        "get /keys/{fingerprint}",
        "get /network",
        "get /openapi.json",
        "get /peers",
        "get /pks/lookup",
        "get /policy",
        "get /ready",
        "get /rebuilders",
        "get /rebuilders/{fingerprint}",
        "get /rebuilders/{fingerprint}/api/v1/builds/{build}/artifacts/{artifact}/attestation",
        "get /rebuilders/{fingerprint}/api/v1/meta/public-keys",
        "get /rebuilders/{fingerprint}/api/v1/packages/binary",
        "get /search",
        "get /status",
        "get /withheld",
        "get /{collection}",
        "get /{collection}/{path}",
        "post /artifacts/lookup",
        "post /keys",
        "post /pks/add",
        "post /{collection}",
        "put /api/submit",
        "put /{collection}/{path}",
      ]
    `)
  })

  it('is held by the answers', async () => {
    const { app } = await openDoor()
    const waiting = await post(app, '/debian', helloOf('alice'))
    expect(Value.Check(WaitingBody, waiting.json())).toBe(true)
    const added = await addKey(app, 'hello/alice.asc')
    expect(Value.Check(KeysAddedBody, added.json())).toBe(true)
    const known = await post(app, '/debian', helloOf('alice'))
    expect(Value.Check(ReceiptBody, known.json())).toBe(true)
  })

  it('is held by the answers to questions, and a client reads all of each', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const answers = [
      ['/debian/', ListingBody],
      ['/debian/hello/2.10-3/amd64%20source', ListingBody],
      ['/certifications', SummariesBody],
      [`/certifications/${alice}.json`, DetailBody],
      ['/agreement/debian/hello/2.10-3', AgreementBody],
      ['/rebuilders', RebuildersBody],
      [`/rebuilders/${ALICE}`, RebuilderDetailBody],
      ['/network', NetworkBody],
      ['/status', StatusBody],
      ['/nothing', ProblemBody],
    ] as const
    for (const [url, schema] of answers) {
      const body: unknown = (await get(app, url)).json()
      expect([url, [...Value.Errors(schema, body)]]).toEqual([url, []])
      expect([url, answerOf<Type.TSchema>(schema)(body, 'it')]).toEqual([url, body])
    }
  })
})

describe('the door of these tests', () => {
  it('lets no answer pass that its route does not describe', async () => {
    const app = fastify()
    holdToDescriptions(app)
    const Body = Type.Object({ ready: Type.Boolean() })
    const schema = { response: { 200: answered(Body, 'Yes') } }
    app.get('/right', { schema }, async (_request, reply) => sendJson(reply, Body, { ready: true }))
    const Other = Type.Object({ ready: Type.Boolean(), more: Type.String() })
    app.get('/more', { schema }, async (_request, reply) =>
      sendJson(reply, Other, { ready: true, more: 'is said' }),
    )
    const Less = Type.Object({})
    app.get('/less', { schema }, async (_request, reply) => sendJson(reply, Less, {}))
    app.get('/nothing', async (_request, reply) => sendJson(reply, Body, { ready: true }))
    const statuses = ['/right', '/more', '/less', '/nothing'].map(
      async (url) => (await get(app, url)).statusCode,
    )
    expect(await Promise.all(statuses)).toEqual([200, 500, 500, 500])
  })
})

describe('the status of every code', () => {
  it('is one of an error', () => {
    const odd = Object.entries(STATUS).filter(([, status]) => status < 400 || status > 599)
    expect(odd).toEqual([])
  })
})
