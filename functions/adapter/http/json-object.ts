import { Fault, fieldFault } from '#core/record/fault.ts'
import { isObject } from '#core/record/operation/read.ts'
import { readJson, type HttpRequest } from './http.ts'

/** What a change of fields may be called; both are read as a JSON Merge Patch (RFC 7396). */
const patchTypes = ['application/merge-patch+json', 'application/json']

/**
 * The JSON object that a request carries; a post without a body says nothing, which is an empty one. Throws Fault
 * `body.unsupported` for a patch of another type, `input.invalid` for what is no JSON, `field.invalid` for other JSON.
 */
export function readObject(request: HttpRequest): Record<string, unknown> {
  const isPatch = request.method === 'PATCH'
  if (isPatch) requirePatchType(request.headers['content-type'])
  const body = request.body.length || isPatch ? readJson(request) : {}
  if (isObject(body)) return body
  throw fieldFault([{ path: [], message: 'must be a JSON object, such as {"name": "…"}' }])
}

/** Who says nothing of the type means JSON. */
function requirePatchType(header = ''): void {
  const type = header.split(';')[0]!.trim().toLowerCase()
  if (type === '' || patchTypes.includes(type)) return
  throw new Fault('body.unsupported', `a change is ${patchTypes.join(' or ')}, not ${type.slice(0, 100)}`, {
    where: 'header Content-Type',
    facts: { acceptPatch: patchTypes },
  })
}
