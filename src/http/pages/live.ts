import type { Content } from './html.ts'
import { html } from './html.ts'

/**
 * A part of a page that is put in place anew when something comes that it is about.
 * @param id unique on its page
 * @param about what changes it: a kind of event, `certification:ID`, `rebuilder:FINGERPRINT`, or `below:PATH` for
 * agreements at, above or below an encoded path, the collection first
 */
export const live = (id: string, about: readonly string[], content: Content): Content =>
  html`<div id="${id}" data-live="${about.join(' ')}">${content}</div>`

/**
 * The script behind {@link live}: listens from the cursor with which the page came, and fetches the page again when a part
 * of it has changed. What somebody has in hand (focus, a selection) is not taken away: a button offers the new one. A page
 * that is not looked at does not listen: browsers open only six connections to one host.
 */
export const LIVE_SCRIPT = `'use strict'
const LEAST_PAUSE = 2000
let cursor = document.body.dataset.after
let source
let timer
let fetchedAt = 0
const stale = new Set()

const parts = () => Array.from(document.querySelectorAll('[data-live]'))
const below = (one, other) => one === other || one.startsWith(other + '/')
const encoded = (path) => path.split('/').map(encodeURIComponent).join('/')

function concerns(kind, data) {
  if (kind === 'agreement') {
    const path = decodeURIComponent(encoded(data.collection + '/' + data.path))
    return (token) => {
      if (!token.startsWith('below:')) return false
      const mine = decodeURIComponent(token.slice(6))
      return below(mine, path) || below(path, mine)
    }
  }
  const tokens = new Set([kind])
  const certification = data.certification
  if (certification) {
    tokens.add('certification:' + certification.id)
    if (certification.rebuilder) tokens.add('rebuilder:' + certification.rebuilder)
  }
  if (data.id) tokens.add('certification:' + data.id)
  return (token) => tokens.has(token)
}

function hear(kind, event) {
  if (event.lastEventId) cursor = event.lastEventId
  const concerned = concerns(kind, JSON.parse(event.data))
  for (const part of parts())
    if (part.dataset.live.split(' ').some(concerned)) stale.add(part.id)
  if (stale.size > 0 && timer === undefined)
    timer = setTimeout(renew, Math.max(300, fetchedAt + LEAST_PAUSE - Date.now()))
}

async function renew() {
  fetchedAt = Date.now()
  const ids = Array.from(stale)
  stale.clear()
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-cache' })
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    for (const id of ids) {
      const now = document.getElementById(id)
      const next = fresh.getElementById(id)
      if (!next) location.reload()
      else if (now && now.innerHTML !== next.innerHTML) put(now, next)
    }
  } catch {
    // the node is away; the stream tells when it is back
  }
  timer = stale.size > 0 ? setTimeout(renew, LEAST_PAUSE) : undefined
}

function put(now, next) {
  const selection = document.getSelection()
  const held = now.contains(document.activeElement) ||
    (selection && !selection.isCollapsed && selection.containsNode(now, true))
  if (held) return offer(now, next)
  const opened = Array.from(now.querySelectorAll('details'), (one) => one.open)
  const scrolled = Array.from(now.querySelectorAll('.matrix'), (one) => one.scrollLeft)
  const placed = document.importNode(next, true)
  now.replaceWith(placed)
  placed.querySelectorAll('details').forEach((one, at) => { if (at < opened.length) one.open = opened[at] })
  placed.querySelectorAll('.matrix').forEach((one, at) => { one.scrollLeft = scrolled[at] || 0 })
}

function offer(now, next) {
  const there = document.getElementById('offer-' + now.id)
  if (there) there.remove()
  const place = document.createElement('p')
  place.id = 'offer-' + now.id
  place.setAttribute('role', 'status')
  const button = document.createElement('button')
  button.textContent = 'Something new has come: show it'
  button.addEventListener('click', () => {
    place.remove()
    put(document.getElementById(now.id), next)
  })
  place.append(button)
  now.before(place)
}

function listen() {
  if (source || document.hidden || parts().length === 0 || !cursor) return
  source = new EventSource('/events?after=' + encodeURIComponent(cursor))
  for (const kind of ['certification', 'agreement', 'rejection', 'withholding', 'restoration', 'evidence', 'peers'])
    source.addEventListener(kind, (event) => hear(kind, event))
}

function leave() {
  if (source) source.close()
  source = undefined
}

document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()))
addEventListener('pagehide', leave)
addEventListener('pageshow', listen)
listen()
`
