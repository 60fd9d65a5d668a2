/** What is wrong with the address of a node, as a sentence, or `undefined`. */
export function addressTrouble(text: string): string | undefined {
  const reason = troubleWith(text)
  // what is secret must not be repeated
  if (reason === SECRET) return `An address of a node must have ${SECRET} in it.`
  return reason === undefined
    ? undefined
    : `"${text}" is no address of a node: ${reason}; write http://HOST:PORT, as in http://127.0.0.1:8000`
}

const SECRET = 'no name and password'

function troubleWith(text: string): string | undefined {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1]
  if (authority === undefined) return 'it does not begin with http:// or https://'
  if (authority.includes('@')) return SECRET
  if (URL.canParse(text)) return undefined
  const port = /:([^:\]]*)$/.exec(authority)?.[1] ?? ''
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65_535))
    return `its port is "${port}", and no number up to 65535`
  return 'its host cannot be read'
}
