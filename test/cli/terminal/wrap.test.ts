import { expect, test } from 'vitest'
import { wrapHelp, wrapUsage } from '../../../src/cli/terminal/wrap.ts'

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ')

test('paragraphs are filled to 80 columns, and lines of one are joined', () => {
  expect(wrapHelp(`${words(20)}\nlast`)).toBe(`${words(16)}\n${words(4)} last`)
  expect(wrapHelp('one\n\nother')).toBe('one\n\nother')
})

test('a description goes on below where it began', () => {
  const option = '  --node URL                    '
  const below = ' '.repeat(32)
  expect(wrapHelp(`${option}${words(12)}`)).toBe(`${option}${words(9)}\n${below}${words(3)}`)
  expect(wrapHelp(`${option}one\n${below}two`)).toBe(`${option}one two`)
  const wide = '  --sha512 HEX, --sha256 HEX, --sha1 HEX'
  for (const names of [wide, wide.slice(0, 32), wide.slice(0, 31)])
    expect(wrapHelp(`${names}\n${below}what`)).toBe(`${names}\n${below}what`)
})

test('an example stays as it is, and no line begins with an option that it only names', () => {
  const example = `        ${'x'.repeat(90)}`
  expect(wrapHelp(`text\n${example}\nmore`)).toBe(`text\n${example}\nmore`)
  expect(wrapHelp(`${words(15)} With --json: more`)).toBe(`${words(15)}\nWith --json: more`)
})

test('a usage goes on indented', () => {
  expect(wrapUsage(words(20))).toBe(`${words(16)}\n    ${words(4)}`)
})
