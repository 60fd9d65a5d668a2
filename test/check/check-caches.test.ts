import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSubject } from '../../src/check/check.ts'
import { rebuilder } from '../support/rebuilder.ts'
import {
  inGradle,
  inMaven,
  laidOut,
  POM,
  toolBuildinfo,
  toolJar,
  TROJAN,
} from '../support/tool-jars.ts'
import { checkOne, listening, policyOf } from './checking.ts'
import { openDoor, post } from '../http/door.ts'

/** A node with what one rebuilder certified of tool 0.9 and 1.0; judges one file by its place in a folder. */
async function ready() {
  const door = await openDoor()
  const signer = await rebuilder()
  await post(door.app, '/keys', Buffer.from(signer.publicKey.bytes))
  for (const version of ['0.9', '1.0']) {
    const { document, signature } = await toolBuildinfo(version, signer)
    const path = `/maven/org/example/tool/${version}/tool-${version}.buildinfo`
    await door.app.inject({ method: 'PUT', url: path, payload: document })
    const url = `${path}.asc`
    await door.app.inject({ method: 'PUT', url, payload: Buffer.from(signature) })
  }
  const nodes = [await listening(door)]
  const policy = policyOf({ alice: signer.publicKey.fingerprint }, 1)
  return async (path: string, bytes: Buffer) => {
    const subject = await readSubject(join(await laidOut({ [path]: bytes }), path))
    return (await checkOne(subject, nodes, policy)).result
  }
}

test('wherever a build takes it from, a trojan is contradicted and the honest jar reproduced', async () => {
  const judge = await ready()
  for (const path of [
    `${inMaven('1.0')}.jar`,
    `${inGradle('1.0')}.jar`,
    'repo/org/example/tool/1.0/tool-1.0.jar',
    'lib/tool-1.0.jar',
  ]) {
    expect.soft(await judge(path, TROJAN), path).toMatchObject({ verdict: 'contradicted' })
    expect.soft(await judge(path, toolJar('1.0')), path).toMatchObject({ verdict: 'reproduced' })
  }
})

test('a description that was certified is compared', async () => {
  const judge = await ready()
  expect((await judge(`${inMaven('1.0')}.pom`, POM)).verdict).toBe('reproduced')
  expect((await judge(`${inMaven('1.0')}.pom`, Buffer.from('<other/>'))).verdict).toBe(
    'contradicted',
  )
})

test('an older version in the place of a newer one is no vote for that', async () => {
  const judge = await ready()
  const older = toolJar('0.9')
  for (const place of [inMaven, inGradle]) {
    expect((await judge(`${place('1.0')}.jar`, older)).verdict).toBe('contradicted')
    const result = await judge(`${place('2.0')}.jar`, older)
    expect(result.verdict).toBe('unknown')
    expect(result.votes[0]?.uncounted).toMatchObject([
      { state: 'other-name', artifact: 'tool-0.9.jar' },
    ])
  }
})

test('a file of a group that nobody named contradicts nothing', async () => {
  const judge = await ready()
  const other = '.m2/repository/org/other/tool/1.0/tool-1.0.jar'
  expect((await judge(other, TROJAN)).verdict).toBe('unknown')
  expect((await judge('lib/tool-1.0.jar', Buffer.from('no jar'))).verdict).toBe('unknown')
})
