import { describe, expect, it } from 'vitest'
import { html } from '../../../../src/http/pages/elements/html.ts'
import { rebuildersPage } from '../../../../src/http/pages/rebuilder/rebuilders.ts'
import { ALICE } from '../../door.ts'

describe('the html template', () => {
  it('escapes every value that is not markup already', () => {
    const evil = `<script>alert("1")</script> & 'x'`
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;'
    expect(html`<p title="${evil}">${evil}</p>`.toString()).toBe(
      `<p title="${escaped}">${escaped}</p>`,
    )
    expect(html`${[evil, html`<b>${evil}</b>`]}`.toString()).toBe(`${escaped}<b>${escaped}</b>`)
    expect(html`${null}${undefined}${0}`.toString()).toBe('0')
  })

  it('shows a user id with HTML in it as text', () => {
    const userIds = ['<img src=x onerror=alert(1)> "A" <a@example>']
    const agreement = { named: null, others: null }
    const page = rebuildersPage(
      { items: [{ fingerprint: ALICE, userIds, certifications: 1, agreement }] },
      { next: undefined, hasPolicy: false },
    )
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })
})
