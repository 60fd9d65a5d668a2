import { type Content, html } from './html.ts'
/**
 * A part of a page that is put in place anew when something comes that it is about.
 * @param id unique on its page
 * @param about what changes it: a kind of event, `certification:ID`, `rebuilder:FINGERPRINT`, or `below:PATH` for
 * agreements at, above or below an encoded path, the collection first
 */
export const live = (id: string, about: readonly string[], content: Content): Content =>
  html`<div id="${id}" data-live="${about.join(' ')}">${content}</div>`

/** The same of what is not settled yet when the event comes: it is put in place anew once more, a few seconds later. */
export const liveTwice = (id: string, about: readonly string[], content: Content): Content =>
  html`<div id="${id}" data-live="${about.join(' ')}" data-settles>${content}</div>`
