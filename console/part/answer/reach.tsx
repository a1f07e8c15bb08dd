import { useSession } from '../../session.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Phone } from '../../ui/phone.tsx'
import { telOf } from '../../ui/phone-text.ts'
import './answer.css'

/** What does it, where it can be seen: on a phone that is another place than on a wide window. */
export const meansOf = (act: 'call' | 'write' | 'record'): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>(`main [data-act=${act}]`)].find(
    (each) => each.getClientRects().length > 0,
  )

/** Does what its button does. */
export const press = (act: 'call' | 'write' | 'record') => () => meansOf(act)?.click()

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
  const dial = telOf(phone)
  return (
    <div className={isWide ? 'reach turned' : 'reach'}>
      {phone !== undefined && dial !== undefined && (
        <ButtonLink
          weight={isWide ? 'primary' : 'likely'}
          icon="phone"
          {...(withKeys && { keyName: 'C' })}
          href={dial}
          data-act="call"
        >
          {!isWide && <span className="hidden">{answer.call}: </span>}
          {isWide ? answer.call : <Phone of={phone} />}
        </ButtonLink>
      )}
      {email !== undefined && (
        <ButtonLink icon="mail" {...(withKeys && { keyName: 'W' })} href={`mailto:${email}`} data-act="write">
          {answer.write}
        </ButtonLink>
      )}
      {dial === undefined && email === undefined && <p className="soft">{answer.noReach}</p>}
    </div>
  )
}
