import { encodePath } from '../../certification/path.ts'
import type { SourceIdentifier } from '../../certification/source-identifier.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'

/** Path on this node of decoded segments. */
export function hrefOf(segments: readonly string[]): string {
  return `/${encodePath(segments)}`
}

export function certificationLink(id: string): Content {
  return html`<a class="hex" href="/certifications/${id}.html">${id.slice(0, 16)}</a>`
}

export function rebuilderLink(fingerprint: string | null, name?: string | null): Content {
  if (fingerprint === null) return html`<span class="quiet">unknown</span>`
  const short = fingerprint.slice(-16)
  const named = name === undefined || name === null ? '' : ` ${name}`
  return html`<a href="/rebuilders/${fingerprint}"><span class="hex">${short}</span>${named}</a>`
}

/** A source identifier as people write it. */
export function sourceText(source: SourceIdentifier): string {
  return source.ecosystem === 'debian'
    ? `${source.source} ${source.version} ${source.architecture}`
    : [source.group, source.artifact, source.version ?? '?'].join(':')
}

export function stateText(state: string, counts: boolean): Content {
  return html`<span class="${counts ? 'yes' : 'no'}">${state}</span>`
}
