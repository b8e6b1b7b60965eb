import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Skyline } from './skyline.tsx'

interface EmptyStateProps {
  /** What is not there yet. */
  title: string
  /** What it would be good for, and what to do now. */
  children?: ReactNode
  /** The button or two that do it. */
  actions?: ReactNode
}

/** Takes the place of a list that has nothing in it yet and says what to do next. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center">
      <Skyline houses={3} width={220} />
      <Title order={2} fz="h3">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" maw="34rem" component="div">
          {children}
        </Text>
      )}
      {actions !== undefined && (
        <Group justify="center" mt="xs">
          {actions}
        </Group>
      )}
    </Stack>
  )
}
