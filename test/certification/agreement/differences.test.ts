import { expect, test } from 'vitest'
import { runToEnd } from '../../../src/base/cooperative-task.ts'
import { differencesInSteps } from '../../../src/certification/agreement/differences.ts'

const differencesBetween = (...of: Parameters<typeof differencesInSteps>) =>
  runToEnd(differencesInSteps(...of))

const link = (sha256: string, more: string): string =>
  `{"name":"rebuild a","products":{"a":{"sha256":"${sha256}"}}${more}}`
const text = (version: string): string =>
  `Installed-Build-Depends:\n gcc-12 (= ${version}),\n make (= 4.3)\nBuild-Path: /a\n`

test('builds of a JVM differ by their properties', () => {
  expect(
    differencesBetween('jvm', 'name=a\njava.version=17\n', 'name=a\njava.version=21\nos.name=x\n'),
  ).toEqual({
    differences: [
      { field: 'java.version', item: '', left: '17', right: '21' },
      { field: 'os.name', item: '', left: null, right: 'x' },
    ],
    equal: 1,
  })
})

test('lists of checksums differ by their files', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  expect(differencesBetween('checksums', `${a}  x\n${a}  y\n`, `${a}  x\n${b} *y\n`)).toEqual({
    differences: [{ field: 'checksums', item: 'y', left: a, right: b }],
    equal: 1,
  })
})

test('links differ wherever their JSON does', () => {
  expect(differencesBetween('in-toto', link('1', ''), link('2', ',"command":[]'))).toEqual({
    differences: [
      { field: 'products / a / sha256', item: '', left: '1', right: '2' },
      { field: 'command', item: '', left: null, right: '[]' },
    ],
    equal: 1,
  })
})

test('of dependencies each version stands by itself', () => {
  expect(differencesBetween('debian', text('1'), text('2')).differences).toEqual([
    { field: 'installed-build-depends', item: 'gcc-12', left: '= 1', right: '= 2' },
  ])
})
