import * as Type from 'typebox'
import { yieldMainThread } from '../../base/main-thread.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import type { App } from '../transport/app.ts'
import { baseUrl } from '../transport/base-url.ts'
import { nameSchemas } from '../transport/openapi-components.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { agreementBar } from '../pages/agreement/bar.ts'
import { certificationTable } from '../pages/certification/certifications.ts'
import type { Content } from '../pages/elements/html.ts'
import { homePage } from '../pages/home.ts'
import { comparedPathOf } from '../pages/elements/references.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { sendHtml, sendJson, sendText } from '../answers/responses.ts'
import { answered, problems } from '../../contract/described.ts'
import { type Home, HomeBody } from '../../contract/status.ts'

/** How many certifications the first page shows. */
const NEWEST = 10

const ROBOTS =
  'User-agent: *\nDisallow: /agreement/\nDisallow: /artifacts\nDisallow: /certifications?\nDisallow: /pks/\n'

const DescriptionBody = Type.Object({}, { title: 'Description', additionalProperties: true })

/** Adds the first page, and the files that browsers and programs expect beside it. */
export function addHomeRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  const links: Home = {
    collections: repository.collections.map(({ name, dialect }) => ({
      name,
      dialect,
      url: `/${name}/`,
    })),
    certifications: '/certifications',
    rebuilders: '/rebuilders',
    status: '/status',
    openapi: '/openapi.json',
  }
  app.get(
    '/',
    {
      schema: {
        operationId: 'getHome',
        summary: 'Start here',
        response: { 200: answered(HomeBody, 'Where everything is'), ...problems },
      },
    },
    async (request, reply) => {
      if (!negotiatesHtml(request, reply)) return sendJson(reply, HomeBody, links)
      const items = await repository.newest(NEWEST)
      const rebuilders = items.map(({ rebuilder }) => rebuilder)
      const standings = await standingsOf(repository, items)
      const newest = certificationTable(items, await namesOf(repository, rebuilders), standings)
      const status = await repository.status()
      const shown = items.length === 0 ? null : newest
      return sendHtml(reply, homePage(status, shown, baseUrl(request, publicUrl)))
    },
  )

  let text: Promise<string> | undefined
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getDescription',
        summary: 'This description',
        response: { 200: answered(DescriptionBody, 'OpenAPI 3.1'), ...problems },
      },
    },
    async (_request, reply) => {
      text ??= describe(app)
      return reply.type('application/json; charset=utf-8').send(await text)
    },
  )
  const hidden = { schema: { hide: true } }
  app.get('/robots.txt', hidden, (_request, reply) => sendText(reply, ROBOTS))
  app.get('/favicon.ico', hidden, (_request, reply) =>
    reply.header('cache-control', 'max-age=86400').code(204).send(),
  )
}

async function describe(app: App): Promise<string> {
  const document = app.swagger()
  await yieldMainThread()
  return JSON.stringify(nameSchemas(document))
}

/** Who agrees about the source of each: what catches the eye is where somebody does not. */
async function standingsOf(
  repository: NodeRepository,
  items: readonly CertificationSummary[],
): Promise<ReadonlyMap<string, Content>> {
  const standings = new Map<string, Content>()
  for (const item of items) {
    const path = comparedPathOf(item)
    if (path === undefined) continue
    standings.set(item.id, agreementBar(path, await repository.tallyOfVersion(path)))
  }
  return standings
}
