// An API. It answers with a body of the requested length, or with the number of bytes that it received.
import { serve } from './web.mjs'

const piece = new Uint8Array(2 ** 16)

/** @param {number} length */
function bodyOf(length) {
  let left = length
  return new ReadableStream({
    type: 'bytes',
    pull(stream) {
      const next = piece.slice(0, left)
      left -= next.length
      if (next.length > 0) return stream.enqueue(next)
      stream.close()
    },
  })
}

const origin = await serve(async ({ url, headers, body }) => {
  if (!headers.get('authorization')?.startsWith('Bearer '))
    return new Response(null, { status: 401 })
  const { searchParams } = new URL(url)
  if (searchParams.has('length')) return new Response(bodyOf(Number(searchParams.get('length'))))
  let length = 0
  for await (const { byteLength } of body ?? []) length += byteLength
  return Response.json({ length })
})
process.send?.(origin)
process.on('disconnect', () => process.exit())
