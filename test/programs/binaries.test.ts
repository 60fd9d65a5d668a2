import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, start } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function prebuilt(packageFolder: string, systems: readonly string[]): Promise<void> {
  for (const system of systems) {
    const folder = join(packageFolder, 'prebuilds', system)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'native.node'), '')
  }
}

test('only the binaries of this system are left, in every package that has them', async () => {
  const modules = await temporaryDirectory()
  const systems = ['android-arm64', 'darwin-x64+arm64', 'linux-arm64', 'linux-x64', 'win32-x64']
  await prebuilt(join(modules, 'a'), systems)
  await prebuilt(join(modules, '@scope', 'b'), systems)
  await prebuilt(join(modules, 'a', 'node_modules', 'c'), systems)
  await prebuilt(join(modules, 'others'), ['win32-x64'])
  const left = async (system: string): Promise<readonly (readonly string[])[]> => {
    const [platform, arch] = system.split('-')
    const source = `
      import { leaveOwnBinaries } from '${ROOT}scripts/binaries.js'
      leaveOwnBinaries(${JSON.stringify(modules)}, ${JSON.stringify({ platform, arch })})`
    const args = ['--input-type=module', '--eval', source]
    expect(await start(process.execPath, args).ended).toMatchObject({ code: 0, err: '' })
    const packages = ['a', '@scope/b', 'a/node_modules/c', 'others']
    return Promise.all(packages.map((name) => readdir(join(modules, name, 'prebuilds'))))
  }
  expect(await left('linux-x64')).toEqual([
    ['linux-x64'],
    ['linux-x64'],
    ['linux-x64'],
    ['win32-x64'],
  ])
  await prebuilt(join(modules, 'a'), systems)
  expect((await left('darwin-arm64'))[0]).toEqual(['darwin-x64+arm64'])
})
