import type { ReactNode } from 'react'
import type { Happening, Lead } from '../../api/lead.ts'
import type { ReasonFor } from '../../api/why.ts'
import { useNow } from '../../clock.ts'
import { useNames } from '../../part/people.ts'
import { Green } from '../../part/why/green.tsx'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts, type Fact } from '../../ui/facts.tsx'
import { Phone } from '../../ui/phone.tsx'
import { Link } from '../../ui/link.tsx'
import { Avatar } from '../../ui/person.tsx'
import { countryText, languageText, momentText, moneyText, numberText } from '../../words/format.ts'
import { phoneText } from '../../ui/phone-text.ts'
import { fieldTitle, valueTitle } from '../../words/name.ts'
import { words } from './words.ts'

/** What is known of a lead. What automation has set is green, and answers why. */
export function LeadFacts(props: {
  lead: Lead
  events: readonly Happening[]
  why: ReasonFor | undefined
  onAsk: (reason: ReasonFor) => void
  onConvert: () => void
}) {
  const { words: shared, language } = useSession()
  const say = useWords(words)
  const now = useNow()
  const names = useNames()
  const { lead } = props
  const { contact = {}, source } = lead
  const label = (field: string) => fieldTitle(shared, 'lead', field)
  const moment = (at: string) => momentText(language, Date.parse(at), now)
  // Of whom only an address is known no company is: that of the address is often his mail's.
  const company = contact.company ?? contact.name
  const consent = consentOf(props.events)
  const campaign = source?.utm?.campaign ?? source?.utm?.utm_campaign
  const green = (reason: ReasonFor, children: ReactNode) => (
    <Green isAsked={props.why === reason} onAsk={() => props.onAsk(reason)}>
      {children}
    </Green>
  )
  const contactFacts: (Fact | false | undefined)[] = [
    contact.phone !== undefined && {
      label: label('contact.phone'),
      value: <Phone of={contact.phone} />,
    },
    contact.email !== undefined && { label: label('contact.email'), value: <Address of={contact.email} /> },
    { label: label('language'), value: languageText(language, lead.language) },
    consent !== undefined && { label: say.consent, value: consent },
    lead.people?.length
      ? {
          label: say.alsoWrote,
          value: lead.people
            .map(({ name, email, phone }) => name ?? email ?? phoneText(phone ?? ''))
            .join(', '),
        }
      : undefined,
  ]
  const requestFacts: (Fact | false | undefined)[] = [
    lead.product !== undefined && { label: label('product'), value: lead.product },
    lead.budget && { label: label('budget'), value: moneyText(language, lead.budget) },
    lead.employees !== undefined && {
      label: label('employees'),
      value: numberText(language, lead.employees),
    },
    lead.country !== undefined && { label: label('country'), value: countryText(language, lead.country) },
    {
      label: say.source,
      value: [valueTitle(shared, 'lead', lead.channel), campaign && say.campaign(campaign)]
        .filter(Boolean)
        .join(', '),
    },
    ...(lead.also ?? []).map(({ name, text }) => ({ label: name, value: text })),
  ]
  const ownerName = lead.ownerId === undefined ? undefined : names.person(lead.ownerId)
  const setFacts: (Fact | false | undefined)[] = [
    ownerName !== undefined && {
      label: label('ownerId'),
      value: green(
        'owner',
        <>
          <Avatar name={ownerName} /> {ownerName}
        </>,
      ),
    },
    lead.queueId !== undefined && {
      label: label('queueId'),
      value: green('owner', names.queue(lead.queueId)),
    },
    lead.teamId !== undefined && { label: label('teamId'), value: green('team', names.team(lead.teamId)) },
    lead.priority !== undefined && {
      label: label('priority'),
      value: green('priority', valueTitle(shared, 'lead', lead.priority)),
    },
    lead.respondBy !== undefined && { label: say.promise, value: green('promise', moment(lead.respondBy)) },
    lead.answeredAt !== undefined && { label: say.answered, value: moment(lead.answeredAt) },
    (lead.nextStep !== undefined || (lead.next === 'follow-up' && lead.due !== undefined)) && {
      label: say.nextStep,
      value: [lead.nextStep, lead.due !== undefined && moment(lead.due)].filter(Boolean).join(', '),
    },
  ]
  return (
    <div className="lead-facts">
      <Section title={say.sections.contact} of={contactFacts} />
      <Section title={say.sections.request} of={requestFacts} />
      <Section title={say.sections.automation} of={setFacts}>
        <p className="soft lead-green">{say.green}</p>
      </Section>
      <section>
        <h2>{say.sections.company}</h2>
        <p className="lead-company">
          {company !== undefined && <Avatar name={company} size={24} square />}
          {lead.customerId === undefined ? (
            <span>
              {company !== undefined && (
                <>
                  <b>{company}</b>
                  <br />
                </>
              )}
              <span className="soft">{say.noCustomer}</span>
            </span>
          ) : (
            <Link to={`/customers/${lead.customerId}`}>{company ?? say.customer}</Link>
          )}
        </p>
        {lead.customerId === undefined && lead.status === 'open' && (
          <Button small icon="customer" onClick={props.onConvert}>
            {say.acts.convert}
          </Button>
        )}
      </section>
    </div>
  )
}

const Section = ({
  title,
  of,
  children,
}: {
  title: string
  of: readonly (Fact | false | undefined)[]
  children?: ReactNode
}) =>
  of.some(Boolean) ? (
    <section>
      <h2>{title}</h2>
      <Facts of={of} />
      {children}
    </section>
  ) : null

/** Breaks behind the @ and nowhere in a word. */
const Address = ({ of }: { of: string }) => {
  const [name, domain] = of.split('@')
  return domain === undefined ? (
    of
  ) : (
    <>
      {name}@<wbr />
      {domain}
    </>
  )
}

/** The words to which whoever wrote has consented, as they were sent last. */
function consentOf(events: readonly Happening[]): string | undefined {
  const consent = events.findLast(
    ({ what, consent: said }) => what === 'submission' && said !== undefined,
  )?.consent
  const text = (consent as { text?: unknown } | undefined)?.text
  return typeof text === 'string' ? text : undefined
}
