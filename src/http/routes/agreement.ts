import { MalformedError, NotFoundError } from '../../errors.ts'
import type { NodeRepository } from '../../repository/node-repository.ts'
import type { App } from '../app.ts'
import { negotiatesHtml } from '../negotiation.ts'
import { agreementPage } from '../pages/agreement.ts'
import { segmentsBelow } from '../request-path.ts'
import { sendHtml, sendJson } from '../responses.ts'
import { AgreementQuery } from '../query-schemas.ts'
import { AgreementBody, problems } from '../schemas.ts'
import { noteWithheld } from '../withheld-header.ts'

const NAME_A_SOURCE = 'Name a source below the collection, like hello/2.10-3.'

/** `GET /agreement/{collection}/{segments…}`: per artifact each checksum and the rebuilders behind it. */
export function addAgreementRoutes(app: App, repository: NodeRepository): void {
  for (const { name } of repository.collections) {
    app.get(`/agreement/${name}`, { schema: { hide: true } }, () => {
      throw new MalformedError('PATH_INVALID', NAME_A_SOURCE)
    })
    app.get<{ Querystring: AgreementQuery }>(
      `/agreement/${name}/*`,
      {
        schema: {
          summary: `Who agrees about the artifacts of a source in ${name}`,
          tags: [name],
          querystring: AgreementQuery,
          response: { 200: AgreementBody, ...problems },
        },
      },
      async (request, reply) => {
        const segments = segmentsBelow(request.raw.url ?? '', 2)
        const asHtml = negotiatesHtml(request, reply)
        const agreement = await repository.agreement(name, segments.join('/'))
        if (agreement === undefined) {
          throw new NotFoundError(
            'PATH_NOT_FOUND',
            'Nobody has certified anything below this path.',
          )
        }
        noteWithheld(reply, agreement.withheld ?? 0)
        return asHtml
          ? sendHtml(reply, agreementPage(agreement, request.query.after))
          : sendJson(reply, agreement)
      },
    )
  }
}
