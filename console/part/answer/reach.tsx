import { useSession } from '../../session.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import './answer.css'

/** How to reach somebody: what the phone and the mail program of this machine do. */
export function Reach({
  phone,
  email,
  withKeys = true,
  isWide = false,
}: {
  phone?: string
  email?: string
  withKeys?: boolean
  /** the bar under a screen of a phone: calling lies under the thumb, and says so instead of the number */
  isWide?: boolean
}) {
  const { answer } = useSession().words.say
  return (
    <div className={isWide ? 'reach turned' : 'reach'}>
      {phone !== undefined && (
        <ButtonLink
          weight={isWide ? 'primary' : 'likely'}
          icon="phone"
          {...(withKeys && { keyName: 'C' })}
          href={`tel:${phone}`}
          data-act="call"
        >
          {!isWide && <span className="hidden">{answer.call}: </span>}
          {isWide ? answer.call : phone}
        </ButtonLink>
      )}
      {email !== undefined && (
        <ButtonLink icon="mail" {...(withKeys && { keyName: 'W' })} href={`mailto:${email}`} data-act="write">
          {answer.write}
        </ButtonLink>
      )}
      {phone === undefined && email === undefined && <p className="soft">{answer.noReach}</p>}
    </div>
  )
}
