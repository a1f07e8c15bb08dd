import * as z from 'zod'
import { instant, leadId, submissionId, tenantId } from '../../record/id.ts'
import { keyOf, type Entity, type Key } from '../../record/item.ts'
import { lead } from '../sales/lead.ts'

/** Something of a lead that the customer said otherwise than before. Personal. */
const change = z.object({
  field: z.enum([
    'name',
    'email',
    'phone',
    'company',
    'country',
    'product',
    'employees',
    'budget',
    'language',
  ]),
  /** absent: it was not known */
  before: z.union([z.string(), z.number()]).optional(),
  after: z.union([z.string(), z.number()]),
})
export type Change = z.infer<typeof change>

/** Who sent what was merged. Personal. */
const writer = lead.shape.contact.extend({
  /** `contact`: the customer whose lead it is; `person`: somebody else who wrote about it before; `new`: for the first time */
  is: z.enum(['contact', 'person', 'new']),
})
export type Writer = z.infer<typeof writer>

/** What somebody did with a lead, or what happened to it. A contact by a member of staff answers the lead. */
export const activity = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  leadId,
  id: z.string(),
  at: instant,
  /** `merge`: the customer wrote again; `elsewhere`: wrote, by an address of this lead, what belongs to another one */
  what: z.enum([
    'call',
    'email',
    'meeting',
    'chat',
    'note',
    'merge',
    'elsewhere',
    'close',
    'reopen',
    'take',
    'raise',
  ]),
  /** person id, `customer`, or `holdfast` */
  by: z.string(),
  /** personal */
  text: z.string().optional(),
  outcome: z.string().optional(),
  direction: z.enum(['in', 'out']).optional(),
  /** seconds */
  duration: z.number().nonnegative().optional(),
  submissionId: submissionId.optional(),
  writer: writer.optional(),
  /** of a merge: what the lead says otherwise since then */
  changes: z.array(change).optional(),
  /** another open lead to which one of the addresses belongs */
  otherLeadId: leadId.optional(),
})
export type Activity = z.infer<typeof activity>

/** Kinds of activity by which the lead counts as answered. */
export const contacts: readonly Activity['what'][] = ['call', 'email', 'meeting', 'chat']

export const activityKey = (tenant: string, lead: string, at: string, id: string): Key => ({
  pk: keyOf(tenant, 'lead', lead),
  sk: keyOf('activity', at, id),
})

/** Of the activity in which a submission was merged: the message about it finds it by this. */
export const mergeActivityId = (submissionId: string): string => submissionId.replace(/^sub_/, 'act_')

export const activityEntity: Entity<Activity> = {
  kind: 'activity',
  schema: activity,
  keys: (record) => activityKey(record.tenant, record.leadId, record.at, record.id),
}

/** What a person tried to do with a lead that is not his, and why he was refused. The lead is as it was. */
export const refusal = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  leadId,
  at: instant,
  what: activity.shape.what,
  /** person id */
  by: z.string(),
  because: z.string(),
})
export type Refusal = z.infer<typeof refusal>

export const refusalEntity: Entity<Refusal> = {
  kind: 'refusal',
  schema: refusal,
  keys: (record) => ({
    pk: keyOf(record.tenant, 'lead', record.leadId),
    // The day and no time: whoever tries again and again leaves one trace a day.
    sk: keyOf('refusal', record.at.slice(0, 10), record.by, record.what),
  }),
}

/**
 * The decisions of one segment of one run, with their reasons: who was chosen, by which rule and version, who was
 * passed over and why. References only. One item per segment: a decision record costs two write units.
 */
export const decision = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  leadId,
  at: instant,
  /** `<workflow>.<event id>.<segment>` or the cause outside a workflow */
  id: z.string(),
  workflow: z.string().optional(),
  workflowVersion: z.string().optional(),
  entries: z.array(
    z.object({
      step: z.string(),
      /** `table`: a decision table's record; `assign`: an assignment's; `wait`: how a promised time was computed; `skip`: why nothing was done */
      what: z.enum(['table', 'assign', 'wait', 'skip', 'watch']),
      record: z.record(z.string(), z.json()),
    }),
  ),
})
export type DecisionRecord = z.infer<typeof decision>

export const decisionEntity: Entity<DecisionRecord> = {
  kind: 'decision',
  schema: decision,
  keys: (record) => ({
    pk: keyOf(record.tenant, 'lead', record.leadId),
    sk: keyOf('decision', record.at, record.id),
  }),
}

/** Something that a person must look at: a failed run, a message that could not be sent, a promise that passed unnoticed. */
export const alert = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  /** the cause makes the id, so one cause raises one alert: `run-failed.<execution>`, `mail-waits.<cause>`, … */
  id: z.string(),
  at: instant,
  what: z.enum([
    'run-failed',
    'message-failed',
    'overdue',
    'unroutable',
    'loop',
    'calendar-ends',
    'mail-waits',
  ]),
  leadId: leadId.optional(),
  /** what happened and how to mend it, in English, without personal data */
  text: z.string(),
  /** of `mail-waits`: so many e-mails wait; `1000` is that or more */
  waiting: z.int().nonnegative().optional(),
  /** it is over, without anybody having acknowledged it */
  solvedAt: instant.optional(),
  acknowledgedAt: instant.optional(),
  /** a person, or `holdfast` when it was solved by itself */
  acknowledgedBy: z.string().optional(),
})
export type Alert = z.infer<typeof alert>

export const alertEntity: Entity<Alert> = {
  kind: 'alert',
  schema: alert,
  keys: (record) => ({
    pk: keyOf(record.tenant, 'alert', record.id),
    sk: '@',
    listPk: keyOf(record.tenant, 'alert', record.acknowledgedAt ? 'done' : 'open'),
    listSk: keyOf(record.at, record.id),
  }),
}
