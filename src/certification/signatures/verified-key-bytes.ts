declare const verified: unique symbol

/**
 * Octets of a key that was verified and minimised, now or before this node wrote them to its index. Readers take them at
 * their word, so nothing that came from elsewhere may be called that.
 */
export type VerifiedKeyBytes = Uint8Array & { readonly [verified]: true }

/** For who has just verified them, or reads them back from where only such are written. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type is a promise of the caller
export const asVerifiedKeyBytes = (bytes: Uint8Array): VerifiedKeyBytes => bytes as VerifiedKeyBytes
