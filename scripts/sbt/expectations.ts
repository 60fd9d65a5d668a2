import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certification } from './answers.ts'
import type { Exchange } from './recorder.ts'

const RECORDED = new URL('../../test/data/jvm/sbt-ivy-requests.jsonl', import.meta.url)

interface Recorded {
  readonly m: string
  readonly raw_path: string
}

/** Method and suffix of each request in the recording that the tests replay: a snapshot's six, then a release's eight. */
const recorded = readFileSync(RECORDED, 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse as (text: string) => Recorded)(line))
  .map(({ m, raw_path: path }) => `${m} ${suffixOf(path)}`)
const SNAPSHOT = recorded.slice(0, 6).toSorted()
const RELEASE = recorded.slice(6, 14).toSorted()

function suffixOf(path: string): string {
  return path.slice(path.lastIndexOf('.buildinfo'))
}

/** The requests are those of the recording (which file comes first is up to sbt), and none is refused. */
export function assertPublished(exchanges: readonly Exchange[], kind: 'release' | 'snapshot') {
  const sent = exchanges.map(({ method, path }) => `${method} ${suffixOf(path)}`).toSorted()
  assert.deepEqual(sent, kind === 'release' ? RELEASE : SNAPSHOT)
  for (const { method, path, status } of exchanges) {
    const expected = method === 'HEAD' ? [404] : [200, 201, 202]
    assert.ok(expected.includes(status), `${method} ${path} was answered with ${status}`)
  }
  assert.equal(exchanges.filter(({ status }) => status === 201).length, 1)
}

/** The node has what was built, and signed by whom. */
export function assertKept(
  certification: Certification | undefined,
  expected: { readonly build: string; readonly version: string; readonly signedBy: string },
): asserts certification {
  const { build, version, signedBy } = expected
  assert.ok(certification !== undefined, 'the node has no such certification')
  const { path } = certification
  assert.equal(certification.state, 'verified')
  assert.equal(certification.signedBy, signedBy)
  assert.equal(certification.rebuilder, signedBy)
  const folder = `/maven/org/example/hello_2.12/${version}/`
  assert.ok(decodeURIComponent(path).startsWith(folder), `it is under ${path}`)
  const target = join(build, 'target', 'scala-2.12')
  const stem = `hello_2.12-${version}`
  assert.deepEqual(
    Object.fromEntries(
      certification.artifacts.map(({ name, checksums }) => [
        name,
        checksums.find(({ algorithm }) => algorithm === 'sha512')?.hex,
      ]),
    ),
    {
      [`${stem}.jar`]: sha512(join(target, 'stripped', `${stem}.jar`)),
      [`${stem}.pom`]: sha512(join(target, `${stem}.pom`)),
    },
  )
}

const sha512 = (file: string): string =>
  createHash('sha512').update(readFileSync(file)).digest('hex')

/** A check asked where it should, then for the file of every certification, and got them all. */
export function assertAsked(
  exchanges: readonly Exchange[],
  expected: { readonly first: string; readonly certifications: readonly Certification[] },
) {
  const [first, ...files] = exchanges
  assert.deepEqual(first, { method: 'GET', path: expected.first, status: 200 })
  assert.deepEqual(
    files.map(({ method, path, status }) => `${method} ${path} ${status}`).toSorted(),
    expected.certifications.map(({ path }) => `GET ${path} 200`).toSorted(),
  )
}
