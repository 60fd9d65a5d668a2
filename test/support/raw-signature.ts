import * as openpgp from 'openpgp'

interface Wanted {
  readonly type: openpgp.enums.signature
  readonly data: object
  readonly date: Date
  readonly fields?: Partial<openpgp.SignaturePacket>
}

/** A signature over packets, as an honest program would not make it. */
export async function rawSignature(
  { keyPacket: signer }: { readonly keyPacket: unknown },
  { type, data, date, fields }: Wanted,
): Promise<openpgp.SignaturePacket> {
  if (!(signer instanceof openpgp.SecretKeyPacket)) throw new TypeError('no secret key')
  const signature = Object.assign(new openpgp.SignaturePacket(), fields)
  signature.signatureType = type
  signature.publicKeyAlgorithm = signer.algorithm
  signature.hashAlgorithm ??= openpgp.enums.hash.sha512
  await Reflect.apply(signature.sign.bind(signature), undefined, [
    signer,
    data,
    date,
    false,
    { ...openpgp.config, nonDeterministicSignaturesViaNotation: false },
  ])
  return signature
}

/** The octets of some packets in a row. */
export function written(packets: readonly openpgp.AnyPacket[]): Uint8Array {
  const list = new openpgp.PacketList<openpgp.AnyPacket>()
  list.push(...packets)
  return new Uint8Array(list.write())
}

export interface DocumentOptions {
  readonly document: Uint8Array
  readonly date: Date
  readonly type?: openpgp.enums.signature
  readonly fields?: Partial<openpgp.SignaturePacket>
}

/** A binary detached signature, with whatever fields and at whatever time. */
export async function documentSignature(
  signer: openpgp.PrivateKey,
  { document, date, type, fields }: DocumentOptions,
): Promise<Uint8Array> {
  const message = await openpgp.createMessage({ binary: document })
  const signature = await rawSignature(signer, {
    type: type ?? openpgp.enums.signature.binary,
    data: message.packets[0]!,
    date,
    ...(fields && { fields }),
  })
  return written([signature])
}
