import { expect, test } from 'vitest'
import { jvm } from '../../../src/certification/dialects/jvm.ts'
import type { MavenSource } from '../../../src/certification/artifacts/source-identifier.ts'
import { search } from '../../../src/http/search/search.ts'
import type { NodeRepository } from '../../../src/contract/node-repository.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { dataFiles, dataText } from '../../support/signed-text.ts'

const FILES = dataFiles('jvm/sample')

const sourcesOf = (text: string): readonly MavenSource[] =>
  jvm.read(text).sources.filter((one) => one.ecosystem === 'maven')

/** Gradle's have no version: their path says it. */
function aliasOf([{ group, artifact, version } = NONE]: readonly MavenSource[]) {
  const name = `${artifact}-1.0-gradle.buildinfo`
  return version === undefined ? { alias: [...group.split('.'), artifact, '1.0', name] } : {}
}
const NONE: MavenSource = { ecosystem: 'maven', group: '', artifact: '' }

async function submitSamples(
  repository: NodeRepository,
): Promise<readonly (readonly MavenSource[])[]> {
  const signer = await rebuilder()
  const builds: (readonly MavenSource[])[] = []
  for (const file of FILES) {
    const text = dataText(file)
    const own = sourcesOf(text)
    const [outcome] = await repository.submit({
      collection: 'maven',
      bytes: Buffer.from(await clearsign(text, [signer])),
      keys: signer.publicKey.bytes,
      ...aliasOf(own),
    })
    expect([file, outcome?.status]).toEqual([file, 'accepted'])
    builds.push(own)
  }
  return builds
}

test('every module of every build is found by its name, and by its coordinates', async () => {
  const repository = await openTestRepository()
  const builds = await submitSamples(repository)
  const missing: string[] = []
  let asked = 0
  for (const sources of builds)
    for (const [at, source] of sources.entries()) {
      // a document without a version stands where its first module does
      const folders = [source, ...(source.version === undefined ? sources.slice(0, 1) : [])].map(
        folderOf,
      )
      const { hits } = await search(repository, source.artifact, false)
      if (!hits.some(({ url }) => folders.includes(url))) missing.push(source.artifact)
      asked += 1
      if (at % 20 > 0 || source.version === undefined) continue
      const coordinates = [source.group, source.artifact, source.version].join(':')
      const exact = await search(repository, coordinates, false)
      const urls = exact.hits.map(({ url }) => url)
      if (urls.join(' ') !== `${folderOf(source)}${source.version}/`) missing.push(coordinates)
    }
  expect(missing).toEqual([])
  expect(asked).toBeGreaterThan(1_500)
}, 120_000)

const folderOf = ({ group, artifact }: MavenSource): string =>
  `/maven/${group.replaceAll('.', '/')}/${artifact}/`
