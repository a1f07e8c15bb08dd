/**
 * The only script of the public pages: sends a form without leaving it, so that nothing typed is gone when it cannot be sent.
 * Without it the form works all the same. In the page, because a page that needs no second request also works on a bad
 * connection; its words stand in the page, in the visitor's language.
 * - Stored (201) or safe (202): on to the thank-you page.
 * - 429, 408, any 5xx, no answer, or one that is not ours: waits and sends again with the same key, as long as the page is
 *   open: after Retry-After at least, else 2, 4, 8 … 60 seconds, and up to half as much again, so that not all come back at
 *   once; at once when the connection returns or the visitor presses the button. What is sent is what stands in the form then.
 * - Any other 4xx: says so beside the form, at the field when the answer names one.
 * Only while it waits are the words in sessionStorage, so that a reload goes on: of this tab alone, gone with it, and taken
 * out as soon as they are sent or refused.
 */
export const formScript = `
(() => {
  const form = document.querySelector('form')
  const button = document.querySelector('form button')
  const note = document.getElementById('note')
  // A field may be named like a property of the form, such as action, and would stand in its place.
  const { action, thanks } = note.dataset
  const named = (name) => document.getElementsByName(name)[0]
  const place = 'holdfast ' + action
  const keep = (act) => { try { return act(sessionStorage) } catch { return null } }
  let sending = false, waiting = 0, tries = 0

  const say = (words, isWrong) => {
    note.textContent = words
    note.className = isWrong ? 'note wrong' : 'note'
  }

  const unmark = () => {
    for (const mark of document.querySelectorAll('.hint.wrong')) mark.remove()
    for (const field of document.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid')
  }

  const wait = (header, fields) => {
    const asked = Number(header) || (Date.parse(header) - Date.now()) / 1000 || 0
    const seconds = Math.min(Math.max(asked, Math.min(2 ** ++tries, 60)), 3600) * (1 + Math.random() / 2)
    keep((session) => session.setItem(place, JSON.stringify(fields)))
    waiting = setTimeout(send, seconds * 1000)
    say(note.dataset.waits)
  }

  const refuse = (status, problem) => {
    const errors = problem.errors || [{ field: problem.where, message: problem.detail }]
    const wrong = errors.filter(({ field }) => (named(field)?.type ?? 'hidden') !== 'hidden')
    for (const { field, message } of wrong) {
      const hint = Object.assign(document.createElement('p'), { className: 'hint wrong', lang: 'en', textContent: message })
      named(field).setAttribute('aria-invalid', 'true')
      named(field).after(hint)
    }
    say(status === 413 ? note.dataset.large : status === 400 || status === 422 ? note.dataset.invalid : note.dataset.failed, true)
    if (wrong.length) named(wrong[0].field).focus()
    else note.scrollIntoView({ block: 'nearest' })
  }

  async function send() {
    if (sending) return
    clearTimeout(waiting)
    sending = true
    button.setAttribute('aria-busy', 'true')
    unmark()
    const fields = [...new FormData(form)]
    const body = new URLSearchParams(fields)
    const signal = AbortSignal.timeout?.(30000)
    let answer, said
    try {
      answer = await fetch(action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        credentials: 'omit',
        body,
        signal,
      })
      said = await answer.json()
    } catch {}
    sending = false
    waiting = 0
    button.removeAttribute('aria-busy')
    const status = answer?.status ?? 0
    if (answer?.ok && said?.submissionId) {
      keep((session) => session.removeItem(place))
      say('')
      tries = 0
      const query = new URLSearchParams({ receipt: said.submissionId, lang: named('_language').value })
      location.assign(thanks + '?' + query)
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      keep((session) => session.removeItem(place))
      tries = 0
      refuse(status, said || {})
    } else wait(answer?.headers.get('retry-after'), fields)
  }

  document.addEventListener('submit', (event) => {
    event.preventDefault()
    send()
  })
  addEventListener('online', () => { if (waiting) send() })
  addEventListener('beforeunload', (event) => { if (waiting || sending) event.preventDefault() })

  const before = keep((session) => JSON.parse(session.getItem(place)))
  if (before) {
    for (const [name, value] of before) {
      if (named(name)) named(name).value = value
    }
    send()
  }
})()
`

/** Of the script, for the content security policy; a test holds it to the text above. */
export const formScriptHash = 'sha256-ksTi9uT+9C3Yyh/GI4t5k2VVmrn4tfHWNj1LccKutfA='
