/* What an instance of rebuilderd gives to everybody: packages, links, its key (`contrib/docs/rebuilderd-v1.yml` of 0.28). */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { MAXIMUM_CERTIFICATION_BYTES } from '../../certification/frame.ts'
import { type PublicKey, readPublicKeys } from '../../certification/signatures/public-key.ts'
import { NetworkError } from '../../base/errors.ts'
import { NoNodeError } from '../terminal/control.ts'
import { isExpected } from '../terminal/exit.ts'
import { type Exchange, exchange, json, readBaseUrl, type Reply } from '../nodes/http-exchange.ts'

/** As many as an instance gives at once. */
const PAGE = 1000

const Id = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])
const Package = Type.Object({
  id: Type.Integer({ minimum: 0 }),
  name: Type.String(),
  version: Type.String(),
  architecture: Type.String(),
  build_id: Id,
  artifact_id: Id,
})
const Packages = Type.Object({ total: Type.Integer(), records: Type.Array(Package) })
const PublicKeys = Type.Object({ current: Type.Array(Type.String()) })
export type Package = Static<typeof Package>

export interface RebuilderdInstance {
  /** Those by which it signs. */
  readonly keys: () => Promise<readonly PublicKey[]>
  /** Page by page, with how many there are in all. */
  readonly packages: (
    filter: Readonly<Record<string, string>>,
  ) => AsyncGenerator<{ readonly total: number; readonly records: readonly Package[] }>
  /** The link for what it could make again; `undefined` if it could not, or has not tried. */
  readonly link: (of: Package) => Promise<Uint8Array | undefined>
}

/**
 * @throws ConfigError USAGE; what is asked throws NetworkError NODE_UNREACHABLE, TIMED_OUT, ANSWER_UNEXPECTED
 */
export function openRebuilderd(url: string): RebuilderdInstance {
  const base = readBaseUrl(url)
  /** It is no node that somebody could start. */
  const asking = (asked: Exchange): Promise<Reply> =>
    exchange(base, asked).catch((error: unknown) => {
      const isSilent = isExpected(error) && error.code === 'NODE_UNREACHABLE'
      throw isSilent ? new NoNodeError(error.code, error.message, { cause: error }) : error
    })
  const get = (path: string) => asking({ method: 'GET', path: `api/v1/${path}`, stays: true })

  async function ask<T extends typeof Packages | typeof PublicKeys>(
    path: string,
    shape: T,
  ): Promise<Static<T>> {
    const answer = await get(path)
      .then(json)
      .catch((error: unknown) => {
        throw isExpected(error) && error.code === 'ANSWER_UNEXPECTED' ? noInstance(url) : error
      })
    if (!Value.Check(shape, answer)) throw noInstance(url)
    return answer
  }

  return {
    keys: async () => {
      const { current } = await ask('meta/public-keys', PublicKeys)
      return (await Promise.all(current.map((pem) => readPublicKeys(Buffer.from(pem))))).flat()
    },
    async *packages(filter) {
      let [after, given] = [-1, 0]
      for (;;) {
        const query = new URLSearchParams({ ...filter, limit: String(PAGE) })
        if (after >= 0) query.set('after', String(after))
        const page = await ask(`packages/binary?${query.toString()}`, Packages)
        const last = page.records.at(-1)
        if (last === undefined) return
        given += page.records.length
        // it grows while it is asked, but not as fast as that
        if (last.id <= after || given > 2 * page.total + PAGE) throw noInstance(url)
        yield page
        after = last.id
      }
    },
    link: async ({ build_id: build, artifact_id: artifact }) => {
      if (build === null || artifact === null) return undefined
      const path = `api/v1/builds/${build}/artifacts/${artifact}/attestation`
      const limit = MAXIMUM_CERTIFICATION_BYTES
      const asked = { method: 'GET', path, orNothing: true, stays: true, limit } as const
      const { status, bytes } = await asking(asked)
      return status === 404 ? undefined : bytes
    },
  }
}

const noInstance = (url: string): NetworkError =>
  new NetworkError('ANSWER_UNEXPECTED', `${url} does not answer like rebuilderd (API v1)`)
