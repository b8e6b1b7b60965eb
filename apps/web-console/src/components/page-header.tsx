import { Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'

interface PageHeaderProps {
  title: string
  /** One sentence: what this page is for. */
  intro?: ReactNode
  /** Buttons, at the end of the line; the main one last. */
  actions?: ReactNode
  /** Before the title: a way back, a picture. */
  leading?: ReactNode
}

/** Until the first change of page the browser's own start of the tab order must stay: the skip link. */
let isFirstPage = true

/** Title of a page, of the browser tab, and what a screen reader hears on arriving. Every page has exactly one. */
export function PageHeader({ title, intro, actions, leading }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true })
    isFirstPage = false
  }, [])
  return (
    <Group component="header" justify="space-between" align="flex-end" mb="lg" gap="md">
      <title>{`${title} · Borgo`}</title>
      <Group gap="md" wrap="nowrap" style={{ flex: '1 1 20rem', minWidth: 0 }}>
        {leading}
        <Stack gap={4} style={{ minWidth: 0 }}>
          <Title order={1} ref={heading} tabIndex={-1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {intro !== undefined && (
            <Text c="dimmed" maw="42rem" component="div">
              {intro}
            </Text>
          )}
        </Stack>
      </Group>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  )
}
