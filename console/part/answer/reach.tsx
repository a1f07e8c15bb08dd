import { useSession } from '../../session.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import './answer.css'

/** How to reach somebody: what the phone and the mail program of this machine do. */
export function Reach({
  phone,
  email,
  withKeys = true,
}: {
  phone?: string
  email?: string
  withKeys?: boolean
}) {
  const { answer } = useSession().words.say
  return (
    <div className="reach">
      {phone !== undefined && (
        <ButtonLink
          weight="likely"
          icon="phone"
          {...(withKeys && { keyName: 'C' })}
          href={`tel:${phone}`}
          data-act="call"
          aria-label={`${answer.call}: ${phone}`}
        >
          {phone}
        </ButtonLink>
      )}
      {email !== undefined && (
        <ButtonLink icon="mail" {...(withKeys && { keyName: 'W' })} href={`mailto:${email}`} data-act="write">
          {answer.write}
        </ButtonLink>
      )}
    </div>
  )
}
