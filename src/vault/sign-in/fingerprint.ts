import { hashOf } from '../token/encoding.js'

/**
 * Six characters that tell this client's `state` parameters from those of other clients whose
 * callbacks arrive on the same page.
 */
export async function fingerprintOf({ key }: { readonly key: string }): Promise<string> {
  return (await hashOf(key)).slice(0, 6)
}
