/* What an instance of rebuilderd gives to everybody: packages, links, its key (`contrib/docs/rebuilderd-v1.yml` of 0.28). */
import { MAXIMUM_CERTIFICATION_BYTES } from '../../certification/signed-message.ts'
import { type PublicKey, readPublicKeys } from '../../certification/signatures/public-key.ts'
import { NetworkError, isExpected } from '../../base/errors.ts'
import { type Answer, answerOf } from '../../client/answers.ts'
import { PublicKeysBody, type ReadPackage, ReadPackagesBody } from '../../contract/rebuilderd.ts'
import { NoNodeError } from '../../client/control-door.ts'
import { type Asked, exchange } from '../../client/exchange.ts'
import { httpDoor, readBaseUrl } from '../../client/http-door.ts'
import { makePace } from '../../client/pace.ts'
import { type Reply, understood } from '../../client/reply.ts'

/** What is asked of an instance at the same time: who runs it has others to serve. */
const AT_ONCE = 8
/** As many as an instance gives at once. */
const PAGE = 1000

const readPackages = answerOf(ReadPackagesBody)
const readKeys = answerOf(PublicKeysBody)
export type Package = ReadPackage

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
  const pace = makePace({ atOnce: AT_ONCE, bytes: Infinity })
  const door = { ...httpDoor(readBaseUrl(url)), onAskedToWait: pace.slowDown }
  /** It is no node that somebody could start. */
  const asking = (asked: Asked): Promise<Reply> =>
    pace
      .run(0, () => exchange(door, asked))
      .catch((error: unknown) => {
        const isSilent = isExpected(error) && error.code === 'NODE_UNREACHABLE'
        throw isSilent ? new NoNodeError(error.code, error.message, { cause: error }) : error
      })
  const get = (path: string) => asking({ method: 'GET', path: `api/v1/${path}`, stays: true })

  const ask = <T>(path: string, answer: Answer<T>): Promise<T> =>
    get(path)
      .then((reply) => understood(reply, answer, path))
      .catch((error: unknown) => {
        throw isExpected(error) && error.code === 'ANSWER_UNEXPECTED' ? noInstance(url) : error
      })

  return {
    keys: async () => {
      const { current } = await ask('meta/public-keys', readKeys)
      return (await Promise.all(current.map((pem) => readPublicKeys(Buffer.from(pem))))).flat()
    },
    async *packages(filter) {
      let [after, given] = [-1, 0]
      for (;;) {
        const query = new URLSearchParams({ ...filter, limit: String(PAGE) })
        if (after >= 0) query.set('after', String(after))
        const page = await ask(`packages/binary?${query.toString()}`, readPackages)
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
      const { status, bytes } = await asking({
        method: 'GET',
        path,
        isAnswer: isNone,
        stays: true,
        limit,
      })
      return isNone(status) ? undefined : bytes
    },
  }
}

const isNone = (status: number): boolean => status === 404

const noInstance = (url: string): NetworkError =>
  new NetworkError('ANSWER_UNEXPECTED', `${url} does not answer like rebuilderd (API v1)`)
