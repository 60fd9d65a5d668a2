import { describe, expect, it } from 'vitest'
import { html } from '../../src/http/pages/html.ts'
import { rebuildersPage } from '../../src/http/pages/rebuilders.ts'
import { ALICE, BROWSER, get, openDoor, submitHello } from './door.ts'

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
    const page = rebuildersPage(
      { items: [{ fingerprint: ALICE, userIds, certifications: 1, agreement: null }] },
      undefined,
    )
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })
})

describe('a page', () => {
  it('is served for everything that people look at, and holds no script and no other host', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const urls = [
      '/',
      '/debian/',
      '/debian/hello/2.10-3/amd64%20source/',
      '/certifications',
      `/certifications/${alice}.html`,
      '/artifacts?name=hello_2.10-3_amd64.deb',
      '/agreement/debian/hello/2.10-3',
      '/rebuilders',
      `/rebuilders/${ALICE}`,
      '/status',
      '/nothing',
      '/certifications?x=1',
    ]
    for (const url of urls) {
      const page = await get(app, url, BROWSER)
      expect([url, page.headers['content-type']]).toEqual([url, 'text/html; charset=utf-8'])
      expect(page.body).toMatch(/^<!doctype html>/)
      expect(page.body).not.toMatch(
        /<script|javascript:|style="|\son\w+="|(?:src|href)="(?:https?:)?\/\//i,
      )
      for (const [, href = ''] of page.body.matchAll(/href="([^"]+)"/g)) {
        const target = await get(app, href.replaceAll('&amp;', '&'))
        expect([url, href, target.statusCode]).toEqual([url, href, 200])
      }
    }
  })

  it('of an agreement shows who contradicts whom', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const { body } = await get(app, '/agreement/debian/hello/2.10-3', BROWSER)
    expect(body).toContain('3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164')
    expect(body).toContain('contradicted')
    expect(body).toContain('Alice Throwaway')
  })
})

describe('every answer', () => {
  it('carries a strict policy', async () => {
    const { app } = await openDoor()
    for (const url of [
      '/',
      '/debian/',
      '/health',
      '/nothing',
      '/debian/%ff',
      '/style.css',
      '/certifications?x=1',
    ]) {
      const { headers } = await get(app, url)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['access-control-allow-origin']).toBe('*')
    }
  })
})
