import { keyIdOf } from '../../../certification/signatures/key-id.ts'
import { encodePath } from '../../../certification/path.ts'
import {
  comparedSegments,
  formatSource,
  type SourceIdentifier,
  toSegments,
} from '../../../certification/artifacts/source-identifier.ts'
import type { CertificationSummary } from '../../../contract/certification.ts'
import { type Content, html } from './html.ts'
/** What rebuilders call themselves, by fingerprint: the first user id. Whom this page does not know is not in it. */
export type Names = ReadonlyMap<string, string>

/** Path on this node of decoded segments. */
export const hrefOf = (segments: readonly string[]): string => `/${encodePath(segments)}`

/** Where a certification is compared with others, by its first source: the collection first. */
export function comparedPathOf({
  sources: [source],
  collections: [collection],
}: Pick<CertificationSummary, 'sources' | 'collections'>): readonly string[] | undefined {
  const compared = source && comparedSegments(source)
  return compared === undefined || collection === undefined ? undefined : [collection, ...compared]
}

/** `debian / hello / 2.10-3`, each a link to its listing; the last too, if `whole`. */
export function crumbs(segments: readonly string[], whole: boolean): Content {
  return segments.map((segment, index) => {
    const between = index === 0 ? '' : ' / '
    if (!whole && index === segments.length - 1) return [between, segment]
    const href = `${hrefOf(segments.slice(0, index + 1))}/`
    return html`${between}<a href="${href}">${segment}</a>`
  })
}

export const certificationLink = (id: string): Content =>
  html`<a class="hex whole" href="/certifications/${id}.html">${id.slice(0, 16)}</a>`

/** By its name, if that is known, and always by its key id: anybody can take any name. */
export function rebuilderLink(fingerprint: string | null, names: Names): Content {
  if (fingerprint === null) return html`<span class="quiet">unknown</span>`
  const href = `/rebuilders/${fingerprint}`
  const keyId = keyIdOf(fingerprint)
  const name = names.get(fingerprint)
  if (name === undefined) return html`<a class="hex whole" href="${href}">${keyId}</a>`
  return html`<a href="${href}">${name}</a> <span class="hex whole quiet">${keyId}</span>`
}

/** A source identifier as people write it, and as a link to its listing if its document says where that is. */
export function sourceLink(source: SourceIdentifier, collection: string | undefined): Content {
  const segments = toSegments(source)
  if (collection === undefined || segments === undefined) return formatSource(source)
  return html`<a href="${hrefOf([collection, ...segments])}/">${formatSource(source)}</a>`
}

/** That a signature is good says nothing of the build: it has no colour. */
export const stateText = (state: string, counts: boolean): Content =>
  counts ? html`<span class="state">${state}</span>` : html`<span class="no">${state}</span>`

/** @param time ISO 8601 in UTC */
export function timeText(time: string | null): Content {
  if (time === null) return html`<span class="quiet">it does not say when</span>`
  const minutes = time.slice(0, 16).replace('T', ' ')
  return html`<time datetime="${time}">${minutes} UTC</time>`
}

export function dayText(time: string | null): Content {
  if (time === null) return null
  return html`<time datetime="${time}">${time.slice(0, 10)}</time>`
}

/** `1,234,567`. */
export const countText = (count: number): string => count.toLocaleString('en')

/** `1.5 MB`: of 1,000 bytes, as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [bytes, 0]
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1]
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${units[unit] ?? ''}`
}

/** What gpg calls this node. Without a port it takes 11371 for hkp and 443 for hkps. */
export function keyserverOf(base: string): string {
  if (base === '') return 'hkp://HOST'
  const { protocol, host, port } = new URL(base)
  if (protocol === 'https:') return `hkps://${host}`
  return port === '' ? `hkp://${host}:80` : `hkp://${host}`
}
