import { MalformedError, NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { agreementPage } from '../pages/agreement/agreement.ts'
import { linkNext } from '../transport/paging.ts'
import { segmentsBelow } from '../transport/request-path.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { AgreementQuery } from '../../contract/query-schemas.ts'
import { noteWithheld } from '../transport/withheld-header.ts'
import { AgreementBody } from '../../contract/agreement.ts'
import { answered, problems } from '../../contract/described.ts'

const NAME_A_SOURCE = 'Name a source below the collection, like hello/2.10-3.'

/** Of one JSON answer; and of all the pages of one agreement. */
const ARTIFACTS = 1000
const BYTES = 1024 * 1024
const SHOWN = { limit: 10_000, bytes: 16 * 1024 * 1024 } as const

/** `GET /agreement/{collection}/{segments…}`: per artifact each checksum and the rebuilders behind it. */
export function addAgreementRoutes(app: App, repository: NodeRepository): void {
  for (const { name } of repository.collections) {
    app.get(`/agreement/${name}`, { schema: { hide: true } }, () => {
      throw new MalformedError('PATH_INVALID', NAME_A_SOURCE)
    })
    app.get<{ Querystring: AgreementQuery }>(
      `/agreement/${name}/*`,
      {
        config: { collection: name },
        schema: {
          operationId: 'getAgreement',
          summary: 'Who agrees about the artifacts of a source',
          tags: ['agreement'],
          querystring: AgreementQuery,
          description:
            'Artifacts in the order of their names, paged by Link: rel="next". Where the path is that of a module of a larger build, its artifacts alone.',
          response: { 200: answered(AgreementBody, 'Paged by Link: rel="next"'), ...problems },
        },
      },
      async (request, reply) => {
        const segments = segmentsBelow(request.raw.url ?? '', 2)
        const asHtml = negotiatesHtml(request, reply)
        const { after, limit } = request.query
        const whole = request.query.whole === 'true'
        // a page for people begins with what is contradicted, wherever it stands
        const page = asHtml
          ? { ...SHOWN, whole }
          : { after, whole, limit: Number(limit ?? ARTIFACTS), bytes: BYTES }
        const agreement = await repository.agreement(name, segments.join('/'), page)
        if (agreement === undefined)
          throw new NotFoundError(
            'PATH_NOT_FOUND',
            'Nobody has certified anything below this path.',
          )
        noteWithheld(reply, agreement.withheld ?? 0)
        if (asHtml)
          return sendHtml(
            reply,
            agreementPage(agreement, {
              after,
              whole,
              hasPolicy: repository.namedOperators().operators.length > 0,
              tally: await repository.tallyOfVersion([name, ...segments]),
            }),
          )
        const { next, ...body } = agreement
        linkNext(request, reply, { items: [], ...(next !== undefined && { next }) })
        const scope = repository.scope()
        return sendJson(reply, AgreementBody, { ...body, ...(scope && { scope }) })
      },
    )
  }
}
