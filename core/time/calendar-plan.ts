import * as z from 'zod'

const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const hours = z.array(z.string().regex(timeOfDay, 'write opening hours as 09:00-18:00'))

/** Opening hours: the week's plan in one time zone, without the holidays. */
export const calendar = z.strictObject({
  title: z.string(),
  /** IANA name, such as Europe/Kyiv */
  timeZone: z.string(),
  week: z.strictObject({
    mon: hours,
    tue: hours,
    wed: hours,
    thu: hours,
    fri: hours,
    sat: hours,
    sun: hours,
  }),
  /** local dates on which nobody works */
  holidays: z.array(z.iso.date()),
})
export type CalendarPlan = z.infer<typeof calendar>
