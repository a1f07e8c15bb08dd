import { describe, expect, test } from 'vitest'
import { bob, minutes, openIntake, start } from '../../test/fixture/intake.ts'
import type { Post } from './arrival.ts'
import { isFault } from '../record/fault.ts'

describe('a repeated submission', () => {
  test('under the same key gets the same answer, now and months later', async () => {
    const { submit, of } = openIntake()
    const first = await submit(bob, { key: 'k1' })
    expect(await submit(bob, { key: 'k1' }, start + 90 * 24 * 60 * minutes)).toEqual(first)
    expect(of('submission')).toHaveLength(1)
  })

  test('under the same key with other content is refused and changes nothing', async () => {
    const { store, submit } = openIntake()
    await submit(bob, { key: 'k1' })
    const before = store.all()
    const error = await submit({ ...bob, message: 'Bye' }, { key: 'k1' }).catch((reason: unknown) => reason)
    expect(isFault(error, 'key.reused')).toBe(true)
    expect(store.all()).toEqual(before)
  })

  test('under the same key at another door or from another caller is another one', async () => {
    const { submit } = openIntake()
    const first = await submit({ message: 'a' }, { key: 'k1' })
    const second = await submit({ message: 'b' }, { key: 'k1', door: 'api' })
    const third = await submit({ message: 'c' }, { key: 'k1', door: 'api', caller: 'someone' })
    expect(new Set([first, second, third].map((answer) => answer.submissionId)).size).toBe(3)
  })

  test('of the same page is one; an edited page sent again is not lost', async () => {
    const { submit } = openIntake()
    const first = await submit({ _key: 'p1', _shown: '1', ...bob })
    expect(await submit({ _key: 'p1', _shown: '2', ...bob }, {}, start + 300 * minutes)).toEqual(first)
    const edited = await submit({ _key: 'p1', ...bob, message: 'And one more thing' })
    expect(edited).toMatchObject({ outcome: 'merged', leadId: first.leadId })
  })

  test.each([0, 1, 5, 9, 10])('without any key within %i minutes is a double click', async (later) => {
    const { submit, of } = openIntake()
    for (const at of [start, start + 7 * minutes + 31_000]) {
      const first = await submit({ message: `hello ${at}` }, {}, at)
      expect(await submit({ message: `hello ${at}` }, {}, at + later * minutes)).toEqual(first)
    }
    expect(of('lead')).toHaveLength(2)
  })

  describe('over the edge of a window', () => {
    const edge = Math.ceil(start / (10 * minutes)) * 10 * minutes + 10 * minutes
    const german = { acceptLanguage: 'de' }
    const french = { acceptLanguage: 'fr' }

    test.each<[string, Record<string, string>, Partial<Post>, Partial<Post>]>([
      ['with an e-mail address, at a form', { email: 'a@b.example' }, {}, {}],
      ['with an e-mail address, at the API', { email: 'a@b.example' }, { door: 'api' }, { door: 'api' }],
      ['with a phone number, at the API', { phone: '030 901820' }, { door: 'api' }, { door: 'api' }],
      ['with a phone number that another browser reads', { phone: '030 901820' }, french, german],
      ['with nothing to know anybody by', { message: 'hi' }, {}, {}],
      ['that was under suspicion at first', { email: 'a@b.example' }, { isFlood: true }, {}],
      ['that is under suspicion now', { email: 'a@b.example' }, {}, { isFlood: true }],
    ])('a double click %s is one submission with one receipt', async (_, fields, first, second) => {
      for (const [before, after] of [
        [edge - 1, edge],
        [edge - 6 * minutes, edge + 3 * minutes],
      ] as const) {
        const { submit, of } = openIntake()
        const receipt = await submit(fields, first, before)
        expect(await submit(fields, second, after)).toEqual(receipt)
        expect(of('submission')).toHaveLength(1)
        expect(of('lead').length).toBe(receipt.outcome === 'lead' ? 1 : 0)
      }
    })

    test('is one also where the customer has a lead already, open or closed', async () => {
      for (const status of ['open', 'won'] as const) {
        const { submit, change, of } = openIntake()
        const api: Partial<Post> = { door: 'api' }
        await submit({ email: 'a@b.example', message: 'before' }, api, edge - 30 * minutes)
        if (status === 'won') await change({ status, queueId: undefined, next: undefined, due: undefined })
        const receipt = await submit({ email: 'a@b.example', message: 'again' }, api, edge - 1)
        expect(await submit({ email: 'a@b.example', message: 'again' }, api, edge + 1)).toEqual(receipt)
        expect(of('submission')).toHaveLength(2)
      }
    })
  })

  test.each([10.1, 15, 25])('without any key after %d minutes is a new one', async (later) => {
    const { submit } = openIntake()
    const first = await submit(bob)
    const second = await submit(bob, {}, start + later * minutes)
    expect(second.submissionId).not.toBe(first.submissionId)
    expect(second).toMatchObject({ outcome: 'merged', leadId: first.leadId })
  })

  test('twenty times at once is stored once', async () => {
    const { submit, of } = openIntake()
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(bob)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect([of('submission').length, of('lead').length]).toEqual([1, 1])
  })
})
