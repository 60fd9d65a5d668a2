import { describe, expect, test } from 'vitest'
import { answerOf } from '../../../../src/client/answers.ts'
import { type CertificationDetail, DetailBody } from '../../../../src/contract/certification.ts'
import { certificationPage } from '../../../../src/http/pages/certification/certification.ts'
import { certificationsPage } from '../../../../src/http/pages/certification/certifications.ts'
import { ALICE, get, openDoor, submitHello } from '../../door.ts'

const NAMES = new Map([[ALICE, 'Alice <b>']])
const EVIL = '<img src=x onerror=alert(1)>'
const ESCAPED = '&lt;img src=x onerror=alert(1)&gt;'

/** As the API gives it. */
async function helloDetail(): Promise<CertificationDetail> {
  const { app } = await openDoor()
  const { alice = '' } = await submitHello(app)
  const answer: unknown = (await get(app, `/certifications/${alice}.json`)).json()
  return answerOf(DetailBody)(answer, 'certification')
}

const artifacts = (length: number) =>
  Array.from({ length }, (_, at) => ({ name: `file-${at}.deb`, checksums: [] }))

const count = (page: string, part: string): number => page.split(part).length - 1

describe('the page of a certification', () => {
  test('shows 500 artifacts, says how many more there are, and leads to all of them', async () => {
    const detail = await helloDetail()
    const whole = certificationPage({ ...detail, artifacts: artifacts(500) }, NAMES)
    expect(count(whole, '.deb</span>')).toBe(500)
    expect(whole).not.toContain('All of them, as JSON')
    const cut = certificationPage({ ...detail, artifacts: artifacts(1_234) }, NAMES)
    expect(count(cut, '.deb</span>')).toBe(500)
    expect(cut).toContain('and 734 more')
    expect(cut).toContain(`<a href="/certifications/${detail.id}.json">All of them, as JSON</a>`)
  })

  test('names what of the document was left out', async () => {
    const detail = await helloDetail()
    expect(certificationPage(detail, NAMES)).not.toContain('Left out')
    const leftOut = [{ name: null, code: 'MORE' as const, detail: `and 3 more ${EVIL}` }]
    const page = certificationPage({ ...detail, leftOut }, NAMES)
    expect(page).toContain(`and 3 more ${ESCAPED}`)
  })

  test('names the key id only where it is not that of the rebuilder', async () => {
    const detail = await helloDetail()
    const key = '>by subkey<'
    expect(certificationPage(detail, NAMES)).not.toContain(key)
    expect(certificationPage({ ...detail, keyId: '0123456789ABCDEF' }, NAMES)).toContain(key)
    const nobody = certificationPage({ ...detail, rebuilder: null }, NAMES)
    expect(nobody).toContain('>key id<')
    expect(nobody).toContain('unknown')
  })

  test('has whatever somebody wrote as text', async () => {
    const detail = await helloDetail()
    const page = certificationPage(
      {
        ...detail,
        aliases: [EVIL],
        artifacts: [{ name: EVIL, directory: `${EVIL}/`, checksums: [] }],
      },
      new Map([[ALICE, EVIL]]),
    )
    expect(page).not.toContain('<img')
    expect(page).toContain(ESCAPED)
  })
})

describe('the page of what was found', () => {
  const asked = { title: EVIL, conditions: [['artifact', EVIL] as const], otherwise: 'Nothing.' }

  test('says what was asked as text, and whether there is more', async () => {
    const detail = await helloDetail()
    const page = { items: [detail] }
    const last = certificationsPage(asked, { page, names: NAMES, next: undefined })
    expect(last).not.toContain('<img')
    expect(last).toContain(`<dd class="hex">${ESCAPED}</dd>`)
    expect(last).not.toContain('rel="next"')
    const more = certificationsPage(asked, { page, names: NAMES, next: '/certifications?after=x' })
    expect(more).toContain('<a rel="next" href="/certifications?after=x">')
  })

  test('does not say that there is nothing where there is more to look at', () => {
    const answered = { page: { items: [] }, names: NAMES }
    expect(certificationsPage(asked, { ...answered, next: undefined })).toContain('Nothing.')
    const page = certificationsPage(asked, { ...answered, next: '/x' })
    expect(page).toContain('Nothing so far; there is more to look at.')
  })
})
