import { defaultKeymap } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Awareness } from 'y-protocols/awareness'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import type { LiveText } from './live-text.ts'

const theme = EditorView.theme({
  '&': { minHeight: 'max(16rem, calc(100dvh - 22rem))', fontSize: '1rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '24px 20px 48px', caretColor: 'var(--mantine-color-text)', maxWidth: '52rem' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--borgo-chosen)'
  },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
  '.cm-ySelectionInfo': {
    opacity: '1',
    fontFamily: 'var(--mantine-font-family)',
    padding: '1px 4px',
    borderRadius: '3px 3px 3px 0'
  },
  '.cm-line:first-of-type .cm-ySelectionInfo': { top: '1.5em' }
})

interface EditorProps {
  live: LiveText
  awareness: Awareness
  title: string
  isWritable: boolean
}

/** The text with everybody's cursors. Undo takes back only what was typed here. */
export function Editor({ awareness, isWritable, live, title }: EditorProps) {
  const { t } = useTranslation('workspace')
  const parent = useRef<HTMLDivElement>(null)
  const label = t('document.editor', { title })
  const hint = t('document.placeholder')
  useEffect(() => {
    if (!parent.current) return
    const view = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: live.text.toString(),
        extensions: [
          // Otherwise CodeMirror counts a CR and LF as one character and Yjs as two.
          EditorState.lineSeparator.of('\n'),
          EditorView.clipboardInputFilter.of(text => text.replace(/\r\n?/g, '\n')),
          EditorState.readOnly.of(!isWritable),
          EditorView.editable.of(isWritable),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          placeholder(isWritable ? hint : ''),
          drawSelection(),
          keymap.of([...yUndoManagerKeymap, ...defaultKeymap]),
          yCollab(live.text, awareness),
          theme
        ]
      })
    })
    return () => view.destroy()
  }, [awareness, hint, isWritable, label, live])
  return <div ref={parent} />
}
