'use strict'
/*
 * Hashes a file in the browser. WebCrypto hashes a file only whole, so one that is larger than a browser holds is refused with a
 * sentence.
 */
const place = document.getElementById('drop')
const input = /** @type {HTMLInputElement | null} */ (document.getElementById('file'))
const dropped = document.getElementById('dropped')
const MOST = 1024 * 1024 * 1024
/** @type {(file: File, said: HTMLElement) => Promise<void>} */
async function look(file, said) {
  if (file.size > MOST) {
    said.textContent = 'Larger than 1 GiB: ask from a terminal, countersign check ' + file.name
    return
  }
  said.textContent = 'Hashing ' + file.name + ' …'
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  const hex = Array.from(new Uint8Array(digest), (octet) =>
    octet.toString(16).padStart(2, '0'),
  ).join('')
  location.assign('/artifacts/sha256/' + hex)
}
if (place) place.hidden = false
if (input && dropped && !(globalThis.crypto && crypto.subtle)) {
  input.disabled = true
  dropped.textContent =
    'A browser hashes files only by https or on the machine itself. Look for the checksum that sha256sum prints.'
} else if (place && input && dropped) {
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file) look(file, dropped)
  })
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    const file = event.dataTransfer?.files[0]
    if (file) look(file, dropped)
  })
}
