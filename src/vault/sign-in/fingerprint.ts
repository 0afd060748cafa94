import { hashOf } from '../token/encoding.js'

/**
 * Six characters that tell this client's `state` parameters from those of other clients whose
 * callbacks arrive on the same page.
 */
export async function fingerprintOf(client: {
  readonly key: string
  readonly redirectUri: string
}): Promise<string> {
  return (await hashOf(`${client.key} ${client.redirectUri}`)).slice(0, 6)
}
