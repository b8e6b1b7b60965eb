import { Card, Group, Text, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'

interface SectionProps {
  title: ReactNode
  intro?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  /** `false` while it is folded up. */
  children: ReactNode
}

/** A card with a heading that names it; what pages are made of. */
export function Section({ title, intro, actions, children }: SectionProps) {
  const id = useId()
  return (
    <Card component="section" aria-labelledby={id} h="100%">
      <Group justify="space-between" align="flex-start" gap="sm" mb={children === false ? 0 : 'md'}>
        <div style={{ flex: '1 1 8rem' }}>
          <Title order={2} fz="h3" id={id}>
            {title}
          </Title>
          {intro !== undefined && (
            <Text fz="sm" c="dimmed">
              {intro}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </Card>
  )
}
