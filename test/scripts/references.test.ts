import { expect, test } from 'vitest'
import { staleReferences } from '../../scripts/rooms/references.ts'

const FILES = {
  'left/a.ts':
    "/** See {@link B.c} and `b.ts`. */\nimport { type B } from './b.ts'\nexport const a: B = { c: 1 }",
  'left/b.ts': 'export interface B {\n  readonly c: number\n}',
}
const faults = (files: Readonly<Record<string, string>>, documents = {}) =>
  staleReferences(
    new Map(Object.entries({ ...FILES, ...files })),
    new Map(Object.entries(documents)),
    ['src/left/a.ts', 'src/left/b.ts', 'test/x.test.ts', 'scripts/build.js'],
  )

test('what comments and documents name is there', () => {
  expect(
    faults(
      { 'left/c.ts': '/* As `left/b.ts` and {@link a} have it. */' },
      {
        'README.md':
          '`left/a`, `left/b.ts`, `test/x.test.ts`, `scripts/build.js`, `src/left/NAME.ts`, `feeds/x`',
      },
    ),
  ).toEqual([])
})

test.each([
  ['a file', '/* See `gone.ts`. */', 'left/c.ts names gone.ts, which is no file'],
  ['a part of a name', '// See `eft/b.ts`.', 'left/c.ts names eft/b.ts, which is no file'],
  ['a declaration', '/** {@link Gone} */', 'left/c.ts links to Gone, which is nowhere'],
  ['a member', '/** {@link B.gone} */', 'left/c.ts links to B.gone, which is nowhere'],
  ['a word of a comment', '/** {@link said} said */', 'left/c.ts links to said, which is nowhere'],
])('a comment that names %s that is not there is refused', (_, text, fault) => {
  expect(faults({ 'left/c.ts': text })).toEqual([fault])
})

test.each(['left/gone', 'left/b/c', 'gone.ts', 'scripts/gone.js'])(
  'a document that names %s is refused',
  (name) => {
    expect(faults({}, { 'rules.md': `Kept by \`${name}\`.` })).toEqual([
      `rules.md names ${name}, which is no file`,
    ])
  },
)
