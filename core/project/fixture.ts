import { activityKind, contacts } from '../kind/customer/activity.ts'
import { countOf, distinctOf, meanOf, newestOf, oldestOf, sumOf } from '../record/derived/reduction.ts'
import { choice, count, day, many, money, optional, ref, text } from '../record/field.ts'
import { kind, type Kind } from '../record/kind.ts'

/* A world of tests: customers, whose file says what their orders, tickets and activities come to. */

export const orderKind = kind({
  name: 'order',
  plural: 'orders',
  prefix: 'ord',
  title: 'Order',
  help: 'What somebody buys.',
  fields: () => ({
    customerId: ref('customer', 'Customer'),
    total: optional(money('Total', { list: true })),
    paid: choice('Paid', ['yes', 'no'], { list: true }),
    on: day('Day', { list: true }),
    pieces: optional(count('Pieces', { list: true })),
    products: optional(many('Products', text('Product'), { list: true })),
    note: optional(text('Note')),
  }),
  called: ({ on }) => on,
  filedUnder: 'customerId',
})

export const ticketKind = kind({
  name: 'ticket',
  plural: 'tickets',
  prefix: 'tkt',
  title: 'Ticket',
  help: 'What is to be solved.',
  fields: () => ({
    customerId: ref('customer', 'Customer'),
    type: choice('Type', ['question', 'complaint'], { list: true }),
    level: choice('Level', ['basic', 'premium'], { list: true }),
  }),
  called: ({ type }) => type,
  filedUnder: 'customerId',
  lifecycle: {
    initial: 'new',
    states: { new: { title: 'New', open: true }, closed: { title: 'Closed' } },
    transitions: {
      close: { title: 'Close', from: ['new'], to: 'closed', event: 'closed' },
      reopen: { title: 'Open again', from: ['closed'], to: 'new', event: 'reopened' },
    },
  },
})

const paid = { paid: ['yes'] } as const

export const customerKind = kind({
  name: 'customer',
  plural: 'customers',
  prefix: 'cus',
  title: 'Customer',
  help: 'Who buys.',
  fields: () => ({ name: text('Name') }),
  called: ({ name }) => name,
  derived: () => ({
    purchases: countOf(orderKind, { title: 'Purchases', where: paid }),
    lifetimeValue: sumOf(orderKind, 'total', { title: 'Bought in all', where: paid }),
    revenue365: sumOf(orderKind, 'total', { title: 'In a year', where: paid, at: 'on', within: '365 days' }),
    averagePurchase: meanOf(orderKind, 'total', { title: 'Mean purchase', where: paid }),
    firstPurchase: oldestOf(orderKind, 'on', { title: 'First purchase', at: 'on', where: paid }),
    lastPurchase: newestOf(orderKind, 'on', { title: 'Last purchase', at: 'on', where: paid }),
    overdue: sumOf(orderKind, 'total', { title: 'Overdue', where: { paid: ['no'] }, at: 'on', past: true }),
    pieces: sumOf(orderKind, 'pieces', { title: 'Pieces' }),
    products: distinctOf(orderKind, 'products', { title: 'What it has bought' }),
    openTickets: countOf(ticketKind, { title: 'Open tickets', where: { status: ['new'] } }),
    complaints90Days: countOf(ticketKind, {
      title: 'Complaints in 90 days',
      where: { type: ['complaint'] },
      within: '90 days',
    }),
    level: newestOf(ticketKind, 'level', { title: 'Level of the newest ticket' }),
    lastContact: newestOf(activityKind, 'at', { title: 'Last contact', where: { what: contacts } }),
  }),
})

export const customer = customerKind as unknown as Kind
export const order = orderKind as unknown as Kind
export const ticket = ticketKind as unknown as Kind

export const kinds = new Map([customer, order, ticket].map((each) => [each.name, each]))
export const plan = customer.derived!
