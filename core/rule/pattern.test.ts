import { EventError, PatternError } from './pattern-fault.ts'
import { compilePattern } from './pattern.ts'
import { patternSuite, type Verdict } from '../../test/suite/pattern-suite.ts'

const orInvalid = (judge: () => boolean): Verdict => {
  try {
    return judge()
  } catch (error) {
    if (error instanceof PatternError) return 'invalid'
    throw error
  }
}

patternSuite('core', {
  matchesText: (pattern, event) => orInvalid(() => compilePattern(pattern).matchesText(event)),
  matchesParsed: (pattern, event) => orInvalid(() => compilePattern(pattern).matches(event)),
})
void EventError
