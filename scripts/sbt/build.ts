import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SBT_VERSION } from './launcher.ts'

export const ORGANIZATION = 'org.example'
export const VERSION = '1.0'

const README = new URL('../../README.md', import.meta.url)

/**
 * The check of plugin 0.35 without its mistake: `reproducibleBuildsCheckCertification` makes a second task and drops it. Its
 * body is compiled all the same, and this runs it.
 */
export const DROPPED_CHECK = 'droppedCheck'
const DROPPED_CHECK_TASK = `
TaskKey[Unit]("${DROPPED_CHECK}") := {
  val body = ReproducibleBuildsPlugin.getClass.getMethods
    .find(_.getParameterTypes.map(_.getSimpleName).toSeq == Seq("Resolver", "SubstituteInfo", "Certification", "TaskStreams"))
    .get
  body.invoke(null, (ReproducibleBuilds / publishTo).value.get, substituteInfo.value, ourCertification.value, streams.value)
}
`

/** Writes a build with the settings that the README gives, so that they are tried too. */
export function writeBuild(
  folder: string,
  { plugin, url }: { readonly plugin: string; readonly url: string },
): void {
  const source = join(folder, 'src', 'main', 'scala')
  mkdirSync(source, { recursive: true })
  mkdirSync(join(folder, 'project'))
  writeFileSync(join(folder, 'project', 'build.properties'), `sbt.version=${SBT_VERSION}\n`)
  writeFileSync(
    join(folder, 'project', 'plugins.sbt'),
    replaceOnce(fromReadme('project/plugins.sbt'), '"0.35"', `"${plugin}"`),
  )
  const settings = `
organization := "${ORGANIZATION}"
name := "hello"
version := "${VERSION}"
hostname := "builder.example"
`
  const given = replaceOnce(fromReadme('build.sbt'), 'http://NODE', url)
  writeFileSync(
    join(folder, 'build.sbt'),
    given + settings + (plugin === '0.35' ? DROPPED_CHECK_TASK : ''),
  )
  writeFileSync(join(source, 'Hello.scala'), 'object Hello { def name = "hello" }\n')
}

function fromReadme(file: string): string {
  const blocks = readFileSync(README, 'utf8').matchAll(/^```scala\n([^]*?)^```$/gm)
  const block = [...blocks].find(([, text]) => text?.startsWith(`// ${file}\n`))?.[1]
  if (block === undefined) throw new Error(`README.md has no ${file}`)
  return block
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`README.md does not have ${from} once`)
  return text.replace(from, to)
}
