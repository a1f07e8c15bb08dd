import type { Form } from './form.ts'

/** What a form with a page has, and one without has not. */
export const pageKeys = ['title', 'intro', 'thanks', 'consent'] as const

/** A form that strangers can open and fill in. */
export type PageForm = Form & Required<Pick<Form, (typeof pageKeys)[number]>>

/** Here, so that what asks it brings no schema along. */
export const hasPage = (value: Form): value is PageForm => pageKeys.every((key) => value[key] !== undefined)
