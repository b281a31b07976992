// Answers that the server has not confirmed, kept in this browser until it has: {version, label, pairs, words} by code.

import { keptUnder } from '../kept.js'
import { answerOf, answers, codeOf, isChanged, labelOf, typed, versionOf, words } from './answers.js'

const kept = keptUnder('report', document.querySelector('[data-report]').dataset.report)

export function remember (answer) {
  if (!isChanged(answer)) return forget(answer)
  kept.keep(codeOf(answer), { version: versionOf(answer), label: labelOf(answer), pairs: typed(answer), words: words(answer) })
}

export const forget = answer => kept.drop(codeOf(answer))
export const forgetCode = code => kept.drop(code)
export const remembered = () => kept.entries().filter(([code]) => answerOf(code))
export const orphans = () => kept.entries().filter(([code]) => !answerOf(code))
export const holdsUnsent = () => answers().some(answer => kept.has(codeOf(answer)))
