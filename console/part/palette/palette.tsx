import { startTransition, useEffect, useState } from 'react'
import { Autocomplete } from '@base-ui/react/autocomplete'
import { useQuery } from '@tanstack/react-query'
import { Refused } from '../../api/client.ts'
import { findQuery, isEnough, type Found } from '../../api/find.ts'
import { placeOf } from '../../api/kinds.ts'
import { activeCommands, type Command } from '../../commands.ts'
import { useSession, useWords } from '../../session.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useGo } from '../../ui/link.tsx'
import { kindTitle } from '../../words/name.ts'
import { byKind, commandsFor } from '../find/found.ts'
import { FoundRow } from '../find/found-row.tsx'
import { useSettled } from '../find/settled.ts'
import { words } from '../find/words.ts'
import './palette.css'

type Row = { value: string; label: string } & ({ found: Found } | { command: Command })
interface Group {
  value: string
  items: Row[]
}

const none: Group[] = []

/**
 * Records and what can be done here, by what somebody types. Actions come first, because they are there at once: what comes later
 * moves nothing that stands already.
 */
export function Palette({ onClose }: { onClose: () => void }) {
  const { api, words: shared } = useSession()
  const say = useWords(words)
  const go = useGo()
  // What the screen offered when it was opened: the dialog is above it.
  const [commands] = useState(activeCommands)
  const [typed, setTyped] = useState('')
  const [awaited, setAwaited] = useState<string>()
  const text = typed.trim()
  const settled = useSettled(text)
  const { data = [], error, isFetching } = useQuery(findQuery(api, { text: settled, limit: 12 }))
  const found = isEnough(text) ? data : []
  // Of a text that is not asked about yet the first is not the one that is meant.
  const isOld = isEnough(text) && (text !== settled || isFetching)
  const open = (id: string) => {
    onClose()
    go(placeOf(id))
  }
  useEffect(() => {
    if (awaited === undefined || awaited !== text || isOld) return
    setAwaited(undefined)
    const [first] = data
    if (!first) return
    onClose()
    go(placeOf(first.id))
  }, [awaited, text, isOld, data, onClose, go])

  // First what takes the keys: whoever presses them types on at once.
  const [isDrawn, setDrawn] = useState(false)
  useEffect(() => startTransition(() => setDrawn(true)), [])

  const fitting = commandsFor(commands, text).slice(0, text === '' ? 30 : 6)
  const more: Command = {
    name: say.all(text),
    icon: 'search',
    run: () => go('/find', { text }),
  }
  const rowOf = (command: Command): Row => ({ value: `do ${command.name}`, label: command.name, command })
  const groups: Group[] = [
    { value: say.actions, items: fitting.map(rowOf) },
    ...byKind(found).map(({ kind, found: of }) => ({
      value: kindTitle(shared, kind),
      items: of.map((each) => ({ value: each.id, label: each.called ?? each.id, found: each })),
    })),
    { value: '', items: text === '' ? [] : [rowOf(more)] },
  ].filter(({ items }) => items.length > 0)
  const isNothing = isEnough(text) && !isOld && found.length === 0

  function choose(row: Row): void {
    // Whoever types and goes on at once means what he has typed, not that nothing is found yet.
    if (isOld && 'command' in row && row.command.name === more.name && found.length === 0) setAwaited(text)
    else if ('command' in row) {
      onClose()
      row.command.run()
    } else if (isOld) setAwaited(text)
    else open(row.found.id)
  }

  return (
    <Dialog bare title={shared.say.search} close={shared.say.close} onClose={onClose}>
      <Autocomplete.Root
        open
        inline
        items={isDrawn ? groups : none}
        filter={null}
        value={typed}
        onValueChange={(value, { reason }) => reason !== 'item-press' && setTyped(value)}
        autoHighlight="always"
        keepHighlight
      >
        <div className="palette-head">
          <Icon name="search" />
          <Autocomplete.Input
            className="palette-input"
            aria-label={shared.say.search}
            placeholder={say.what}
            autoFocus
            maxLength={200}
            spellCheck={false}
          />
          <kbd>Esc</kbd>
        </div>
        <Autocomplete.List className="palette-list" aria-busy={isOld && text !== ''}>
          {(group: Group) => (
            <Autocomplete.Group key={group.value} items={group.items} className="palette-group">
              {group.value !== '' && (
                <Autocomplete.GroupLabel className="palette-label">{group.value}</Autocomplete.GroupLabel>
              )}
              <Autocomplete.Collection>
                {(row: Row) => (
                  <Autocomplete.Item
                    key={row.value}
                    value={row}
                    className="palette-row"
                    onClick={() => choose(row)}
                  >
                    {'command' in row ? (
                      <>
                        <Icon name={row.command.icon} />
                        <span>{row.command.name}</span>
                        {row.command.keys !== undefined && <kbd>{row.command.keys}</kbd>}
                      </>
                    ) : (
                      <FoundRow found={row.found} />
                    )}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
        <p className="palette-note soft" role="status">
          {noteOf({ error, isNothing, text, isOld })}
        </p>
      </Autocomplete.Root>
    </Dialog>
  )

  function noteOf(now: { error: unknown; isNothing: boolean; text: string; isOld: boolean }): string {
    if (!isEnough(now.text)) return say.hint
    if (now.error) return now.error instanceof Refused ? now.error.message : shared.say.failed
    if (now.isNothing) return say.nothing(now.text)
    return now.isOld ? say.searching : ''
  }
}
