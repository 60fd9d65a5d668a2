/** The text of signed octets: UTF-8, what is not is replaced, LF line ends. A byte order mark stays. */
export const signedText = (octets: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets).replaceAll('\r\n', '\n')
