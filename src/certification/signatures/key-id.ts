/**
 * The key id of a fingerprint, 16 upper-case hex digits: the end of OpenPGP's version 4, the beginning of version 6 (RFC 9580
 * §5.5.4) and of in-toto's.
 */
export const keyIdOf = (fingerprint: string): string =>
  fingerprint.length === 40 ? fingerprint.slice(-16) : fingerprint.slice(0, 16)
