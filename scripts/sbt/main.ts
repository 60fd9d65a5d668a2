/* npm run try-sbt: the real sbt publishes to a real node and checks there. Its last line counts what held. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNode } from '../bench/node-process.ts'
import { inTemporaryFolder } from '../bench/temporary-folder.ts'
import { Answers } from './answers.ts'
import { DROPPED_CHECK, VERSION, writeBuild } from './build.ts'
import { assertAsked, assertKept, assertPublished } from './expectations.ts'
import { launcherIn } from './launcher.ts'
import { newRebuilder, type Rebuilder } from './rebuilder.ts'
import { record, type Recorder } from './recorder.ts'
import { type Sbt, sbtOf } from './sbt.ts'
import { Tally } from './tally.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/sbt', import.meta.url))
const FOLDER = `org/example/hello_2.12/${VERSION}`
const SNAPSHOT = '1.1+5-abc123-SNAPSHOT'
const PUBLISH = 'ReproducibleBuilds/publish'
const CHECK = 'reproducibleBuildsCheckCertification'

interface Scene {
  readonly sbt: Sbt
  readonly recorder: Recorder
  readonly answers: Answers
  readonly folder: string
}

const tally = new Tally()

/** Alice publishes with the newest plugin, checks, and publishes again. */
async function newestPlugin({ sbt, recorder, answers, folder }: Scene, alice: Rebuilder) {
  const build = join(folder, 'alice')
  writeBuild(build, { plugin: '0.35', url: recorder.url })
  const where = { build, gnupgHome: alice.gnupgHome }
  const signedBy = alice.fingerprint

  const published = await sbt([PUBLISH], where)
  await tally.check(`plugin 0.35: ${PUBLISH} sends what the tests replay, and succeeds`, () => {
    assert.equal(published.code, 0)
    assertPublished(recorder.take(), 'release')
  })
  await tally.check('the node has it, verified, by her key, with what she built', async () => {
    const certifications = await answers.certifications(VERSION, signedBy)
    assert.equal(certifications.length, 1)
    const [kept] = certifications
    assertKept(kept, { build, version: VERSION, signedBy })
    const document = readFileSync(
      join(build, 'target', 'scala-2.12', `hello_2.12-${VERSION}.buildinfo`),
    )
    assert.ok(document.equals(await answers.bytes(kept.path)), 'its bytes are others')
  })

  const checked = await sbt([CHECK], where)
  await tally.check(`plugin 0.35: ${CHECK} succeeds, asks no node and says nothing`, () => {
    assert.equal(checked.code, 0)
    assert.deepEqual(recorder.take(), [])
    assert.doesNotMatch(checked.output, /Discovering|Processed|Match/)
  })

  const dropped = await sbt([DROPPED_CHECK], where)
  await tally.check(
    'what that task drops finds her certification, and both files match',
    async () => {
      assert.equal(dropped.code, 0)
      assertAsked(recorder.take(), {
        first: `/maven/${FOLDER}/hello-${VERSION}.buildinfo`,
        certifications: await answers.certifications(VERSION, signedBy),
      })
      assert.match(dropped.output, /Processed 1 results/)
      assert.match(dropped.output, /- hello_2\.12-1\.0\.pom: Match\n/)
      assert.match(dropped.output, /- hello_2\.12-1\.0\.jar: Match\n/)
    },
  )

  const again = await sbt([PUBLISH], where)
  await tally.check('a second publish is one more certification of the same', async () => {
    assert.equal(again.code, 0)
    assertPublished(recorder.take(), 'release')
    const certifications = await answers.certifications(VERSION, signedBy)
    assert.equal(certifications.length, 2)
    for (const one of certifications) assertKept(one, { build, version: VERSION, signedBy })
  })

  const snapshot = await sbt([`set version := "${SNAPSHOT}"`, PUBLISH], where)
  await tally.check(`${SNAPSHOT} arrives under its own version`, async () => {
    assert.equal(snapshot.code, 0)
    assertPublished(recorder.take(), 'snapshot')
    const certifications = await answers.certifications(SNAPSHOT, signedBy)
    assert.equal(certifications.length, 1)
    assertKept(certifications[0], { build, version: SNAPSHOT, signedBy })
  })
}

/** Bob builds the same in another place, with the last plugin whose check task does what it should. */
async function olderPlugin(scene: Scene, bob: Rebuilder, alice: Rebuilder) {
  const { sbt, recorder, answers, folder } = scene
  const build = join(folder, 'bob')
  writeBuild(build, { plugin: '0.30', url: recorder.url })
  const { code, output } = await sbt([PUBLISH, CHECK], { build, gnupgHome: bob.gnupgHome })
  const exchanges = recorder.take()
  const his = await answers.certifications(VERSION, bob.fingerprint)
  await tally.check(`plugin 0.30: ${PUBLISH} succeeds, and the node has it`, () => {
    assert.equal(code, 0)
    assertPublished(
      exchanges.filter(({ method }) => method !== 'GET'),
      'release',
    )
    assert.equal(his.length, 1)
    assertKept(his[0], { build, version: VERSION, signedBy: bob.fingerprint })
  })
  await tally.check(
    `plugin 0.30: ${CHECK} gets all three certifications, and all match`,
    async () => {
      const hers = await answers.certifications(VERSION, alice.fingerprint)
      assertAsked(
        exchanges.filter(({ method }) => method === 'GET'),
        { first: `/maven/${FOLDER}/`, certifications: [...hers, ...his] },
      )
      assert.match(output, /Processed 3 results\. 3 matching attestations, 0 mismatches\n/)
    },
  )
  await tally.check('the node says that both rebuilders got the same', async () => {
    const { artifacts } = await answers.agreement(FOLDER)
    const both = [alice.fingerprint, bob.fingerprint].toSorted()
    assert.equal(artifacts.length, 2)
    for (const { groups } of artifacts) {
      const who = groups.map(({ rebuilders }) => rebuilders.map((one) => one.fingerprint))
      assert.deepEqual(
        who.map((group) => group.toSorted()),
        [both],
      )
    }
  })
}

async function tryAll(launcher: string, folder: string) {
  const node = await startNode(join(folder, 'data'))
  const recorder = await record(node.url)
  const alice = newRebuilder('alice', join(folder, 'alice.gnupg'))
  const bob = newRebuilder('bob', join(folder, 'bob.gnupg'))
  const answers = new Answers(node.url)
  try {
    for (const { key } of [alice, bob]) await answers.addKey(key)
    const scene = { sbt: sbtOf(launcher, CACHE), recorder, answers, folder }
    await newestPlugin(scene, alice)
    await olderPlugin(scene, bob, alice)
  } finally {
    alice.leave()
    bob.leave()
    recorder.close()
    await node.stop()
  }
}

mkdirSync(CACHE, { recursive: true })
await tally.check('it could all be tried', async () => {
  const launcher = launcherIn(CACHE)
  await inTemporaryFolder((folder) => tryAll(launcher, folder))
})
process.stdout.write(`\n${tally.line}\n`)
process.exitCode = tally.failed > 0 ? 1 : 0
