import { expect, test } from 'vitest'
import { text } from '../../record/field.ts'
import { kind, type Kind, type Opening } from '../../record/kind.ts'
import { parseYaml } from '../../source/yaml.ts'
import { openedAgainWarnings } from './opened-again.ts'

const loanOf = (doors?: readonly Opening[]): Kind =>
  kind({
    name: 'loan',
    plural: 'loans',
    prefix: 'loan',
    title: 'Loan',
    help: 'Somebody has something of ours.',
    fields: () => ({ thing: text('Thing') }),
    called: ({ thing }) => thing,
    ...(doors && { doors }),
    lifecycle: {
      initial: 'lent',
      states: {
        lent: { title: 'Lent', open: true },
        late: { title: 'Late', open: true },
        back: { title: 'Back' },
      },
      transitions: {
        miss: { title: 'Miss', from: ['lent'], to: 'late', event: 'missed' },
        close: { title: 'Close', from: ['lent', 'late'], to: 'back', event: 'closed' },
        reopen: { title: 'Open again', from: ['back'], to: 'lent', event: 'reopened' },
      },
    },
    work: { promises: [] },
  })

const told = (when: readonly string[], doors?: readonly Opening[]): string[] => {
  const workflows = when.map((types, i) => {
    const source = parseYaml(
      `workflows/loan-${i}.yaml`,
      `workflow: loan-${i}\nwhen:\n  detail-type: ${types}\n`,
    )
    return { source, when: (source.value as { when: object }).when }
  })
  return openedAgainWarnings(workflows, new Map([['loan', loanOf(doors)]])).map(
    ({ file, line, severity, message }) => `${file}:${line} ${severity}: ${message}`,
  )
}

test('a kind whose records nobody takes up once they are opened again is told at its first workflow', () => {
  expect(told(['[loan.created]', '[loan.created, loan.closed]'])).toEqual([
    'workflows/loan-0.yaml:3 warning: no workflow begins with "loan.reopened": a loan that is opened again ends in a queue, with an alert',
  ])
})

test.each([
  ['it names the event itself', ['[loan.created, loan.reopened]']],
  ['another one does', ['[loan.created]', '[loan.reopened]']],
  ['it begins with whatever happens', ['[{ prefix: loan. }]']],
  ['no workflow takes up new ones either', ['[loan.closed]']],
  ['nothing works on such records', []],
])('nothing is told where %s', (_, when) => {
  expect(told(when)).toEqual([])
})

test('nothing is told of a kind that is opened again by a door of its own', () => {
  expect(told(['[loan.created]'], ['list', 'read'])).toEqual([])
})
