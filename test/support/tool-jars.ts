/* A build of `org.example` that somebody certified, for caches of builds. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { detachedSignature, type TestRebuilder } from './rebuilder.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { pomProperties, zipOf } from './zip.ts'

export const POM = Buffer.from('<project/>')

/** With a dependency packed into it. */
export const toolJar = (version: string, text = ''): Buffer =>
  zipOf([
    { name: 'Main.class', text },
    pomProperties('org.dependency', 'tool', '9'),
    pomProperties('org.example', 'tool', version),
  ])
export const TROJAN = toolJar('1.0', 'evil')

/** Of `org.example:tool`, its jar and its pom. */
export async function toolBuildinfo(version: string, signer: TestRebuilder) {
  const outputs = Object.entries({ jar: toolJar(version), pom: POM }).flatMap(
    ([type, bytes], at) => [
      `outputs.${at}.filename=tool-${version}.${type}`,
      `outputs.${at}.length=${bytes.length}`,
      `outputs.${at}.checksums.sha512=${createHash('sha512').update(bytes).digest('hex')}`,
    ],
  )
  const header = ['name=tool', 'group-id=org.example', 'artifact-id=tool', `version=${version}`]
  const document = Buffer.from([...header, ...outputs, ''].join('\n'))
  return { document, signature: await detachedSignature(document, signer) }
}

/** @param files by their paths in a new folder, which is returned */
export async function laidOut(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const root = await temporaryDirectory()
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  return root
}

export const inMaven = (version: string): string =>
  `.m2/repository/org/example/tool/${version}/tool-${version}`
export const inGradle = (version: string): string =>
  `.gradle/caches/modules-2/files-2.1/org.example/tool/${version}/${'0'.repeat(40)}/tool-${version}`

/** Both caches with what was certified, what was not and need not be, and what Maven and Gradle write beside it. */
export const CACHES: Readonly<Record<string, Buffer | string>> = {
  [`${inMaven('1.0')}.jar`]: toolJar('1.0'),
  [`${inMaven('1.0')}.jar.sha1`]: 'x',
  [`${inMaven('1.0')}.jar.asc`]: 'x',
  [`${inMaven('1.0')}.pom`]: POM,
  [`${inMaven('1.0')}.pom.sha1`]: 'x',
  [`${dirname(inMaven('1.0'))}/_remote.repositories`]: 'x',
  [`${inGradle('1.0')}.jar`]: toolJar('1.0'),
  [`${inGradle('1.0')}.module`]: '{}',
  '.m2/settings.xml': '<settings/>',
  '.m2/repository/org/example/parent/1/parent-1.pom': POM,
  '.m2/repository/org/example/tool/maven-metadata-central.xml': 'x',
  '.m2/repository/org/example/tool/maven-metadata-central.xml.sha1': 'x',
  '.m2/repository/org/example/tool/resolver-status.properties': 'x',
  '.m2/repository/org/other/a/1/a-1.jar.lastUpdated': 'x',
  '.gradle/caches/modules-2/modules-2.lock': 'x',
  '.gradle/caches/modules-2/metadata-2.106/module-metadata.bin': 'x',
}
