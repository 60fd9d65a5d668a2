import { describe, expect, test } from 'vitest'
import {
  type Command,
  commandHelp,
  flag,
  parseArguments,
  refusePositionals,
  text,
  texts,
} from '../../../src/cli/terminal/command.ts'

const COMMAND: Command = {
  name: 'find',
  summary: 'finds something',
  usage: '[--source PATH]',
  help: '  --source PATH                 where to look',
  options: {
    source: { type: 'string' },
    node: { type: 'string', multiple: true },
    all: { type: 'boolean' },
  },
  run: async () => 0,
}
const saying = (words: string): unknown => expect.stringContaining(words)
const parse = (...argv: readonly string[]) => parseArguments(COMMAND, argv)

test('a command line is read into its words and options, and --json is one of every command', () => {
  const args = parse('a', '--source', 'hello', '--node', 'x', '--node=-y', '--all', '--', '--b')
  expect(args.positionals).toEqual(['a', '--b'])
  expect([text(args, 'source'), texts(args, 'node'), flag(args, 'all')]).toEqual([
    'hello',
    ['x', '-y'],
    true,
  ])
  expect([args.json, parse('--json').json]).toEqual([false, true])
  const none = parse()
  expect([text(none, 'source'), texts(none, 'node'), flag(none, 'all')]).toEqual([
    undefined,
    [],
    false,
  ])
})

describe('a wrong option is refused', () => {
  test.each([
    ['with the nearest one', '--sorce', 'did you mean "--source"?'],
    ['with the other word for the same thing', '--to', 'did you mean "--node"?'],
    ['with the usage where none is near', '--banana', 'it is countersign find [--source PATH]'],
    ['by its name alone, without its value', '--banana=secret', 'there is no option --banana;'],
  ])('%s', (_, option, words) => {
    expect(() => parse(option)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: saying(words) }),
    )
  })

  test('with how a value is written that begins with a dash', () => {
    expect(() => parse('--source', '-x')).toThrow('is written --source=VALUE')
  })

  test('if its value is missing, or it takes none', () => {
    for (const argv of [['--source'], ['--all=yes']])
      expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

test('a command that takes no words says so of the first', () => {
  expect(() => refusePositionals(COMMAND, parse('a', 'b'))).toThrow('find takes no "a"')
  expect(() => refusePositionals(COMMAND, parse())).not.toThrow()
})

test('the help of each command has the options that all have', () => {
  const lines = commandHelp(COMMAND).split('\n')
  expect(lines[0]).toBe('countersign find [--source PATH]')
  for (const option of ['--source PATH', '--json', '--help'])
    expect(lines.some((line) => line.startsWith(`  ${option} `))).toBe(true)
})
