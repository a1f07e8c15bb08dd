/*
 * What CloudFront runs before it asks anybody: few lines of its own JavaScript, without modules. The embedded cloud runs the same
 * text.
 */

/** The headers are those of functions/adapter/http/sender.ts; what a visitor sends under their names is replaced. */
export const tellViewer = `function handler(event) {
  var request = event.request
  request.headers['x-holdfast-viewer'] = { value: event.viewer.ip }
  return request
}`

/** Every address of the console is one page, which looks at the address itself; what has a dot in its last part is a file. */
export const findPage = `function handler(event) {
  var request = event.request
  var last = request.uri.slice(request.uri.lastIndexOf('/') + 1)
  if (last.indexOf('.') < 0) request.uri = '/app/index.html'
  return request
}`
