import { Type } from 'typebox'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { CertificationSummary } from '../../contract/repository.ts'
import type { App } from '../transport/app.ts'
import { baseUrl } from '../transport/base-url.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { agreementBar } from '../pages/agreement/bar.ts'
import { certificationTable } from '../pages/certification/certifications.ts'
import type { Content } from '../pages/elements/html.ts'
import { homePage } from '../pages/home.ts'
import { comparedPathOf } from '../pages/elements/references.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { sendHtml, sendJson, sendText } from '../answers/responses.ts'
import { problems } from '../../contract/schemas.ts'

/** Certifications on the first page. */
const NEWEST = 10

const ROBOTS =
  'User-agent: *\nDisallow: /agreement/\nDisallow: /artifacts\nDisallow: /certifications?\nDisallow: /pks/\n'

/** The front door, and what browsers and programs look for beside it. */
export function addHomeRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  const links = {
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
  const description = {
    200: Type.Object({}, { description: 'Where everything is', additionalProperties: true }),
    ...problems,
  }
  app.get(
    '/',
    { schema: { summary: 'Start here', response: description } },
    async (request, reply) => {
      if (!negotiatesHtml(request, reply)) return sendJson(reply, links)
      const items = await repository.newest(NEWEST)
      const rebuilders = items.map(({ rebuilder }) => rebuilder)
      const standings = await standingsOf(repository, items)
      const newest = certificationTable(items, await namesOf(repository, rebuilders), standings)
      const status = await repository.status()
      const shown = items.length === 0 ? null : newest
      return sendHtml(reply, homePage(status, shown, baseUrl(request, publicUrl)))
    },
  )

  let text: string | undefined
  app.get(
    '/openapi.json',
    { schema: { summary: 'This description', response: description } },
    (_request, reply) => {
      text ??= JSON.stringify(app.swagger())
      return reply.type('application/json; charset=utf-8').send(text)
    },
  )
  const hidden = { schema: { hide: true } }
  app.get('/robots.txt', hidden, (_request, reply) => sendText(reply, ROBOTS))
  app.get('/favicon.ico', hidden, (_request, reply) =>
    reply.header('cache-control', 'max-age=86400').code(204).send(),
  )
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
    standings.set(item.id, agreementBar(path, await repository.voicesAt(path)))
  }
  return standings
}
