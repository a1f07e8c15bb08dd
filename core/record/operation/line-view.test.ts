import { expect, test } from 'vitest'
import { leadKind } from '../../kind/sales/lead.ts'
import { contactKind } from '../../kind/customer/contact.ts'
import type { Kind } from '../kind.ts'
import { lineView, mayCall } from './line-view.ts'

const contacts = contactKind as unknown as Kind
const leads = leadKind as unknown as Kind

test('what a person calls a record is told where none of the fields is hidden of which it is made', () => {
  const line = { called: 'Ann Smith', position: 'buyer' }
  expect(lineView(contacts, line, new Set())).toEqual(line)
  expect(lineView(contacts, line, new Set(['position']))).toEqual({ called: 'Ann Smith' })
  expect(lineView(contacts, line, new Set(['name']))).toEqual({ position: 'buyer' })
})

test('of several fields each counts, also within a group', () => {
  expect(mayCall(leads, new Set(['contact']))).toBe(false)
  expect(mayCall(leads, new Set(['message']))).toBe(true)
})

test('where it cannot be known, it is told to whoever sees all', () => {
  const kind = { ...contacts, titleOf: ({ name }: Record<string, unknown>) => String(name).at(-1)!.trim() }
  const other = { ...contacts, titleOf: ({ name }: Record<string, unknown>) => (name as string).trim() }
  expect(mayCall(kind, new Set(['position']))).toBe(true)
  expect(mayCall(other, new Set(['position']))).toBe(false)
  expect(mayCall(other, new Set())).toBe(true)
})
