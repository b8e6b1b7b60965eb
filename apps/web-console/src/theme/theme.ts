import {
  createTheme,
  type BadgeProps,
  type CardProps,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type ModalProps,
  type TooltipProps
} from '@mantine/core'

/** Roof tiles: what one acts on. */
const terracotta: MantineColorsTuple = [
  '#fdf1ea',
  '#f9dfd2',
  '#f1bfa7',
  '#e89e7c',
  '#df835a',
  '#d0744c',
  '#a94724',
  '#933c1d',
  '#793119',
  '#5e2713'
]

/** Olive groves: what is well. */
const olive: MantineColorsTuple = [
  '#f3f6e8',
  '#e5ebcf',
  '#cbd7a1',
  '#b0c372',
  '#99b14c',
  '#87a136',
  '#5d7022',
  '#4f601c',
  '#414f17',
  '#333e12'
]

/** A lit window: what waits for someone. */
const lamp: MantineColorsTuple = [
  '#fff7e6',
  '#fdebc8',
  '#f9d694',
  '#f6c26b',
  '#eeae45',
  '#dd9a2b',
  '#8f5c08',
  '#7c5007',
  '#684306',
  '#523505'
]

/** Dusk, warm rather than black; Mantine's dark scheme is made of it. Index 7 is the page, 6 a card, 0 the text. */
const dark: MantineColorsTuple = [
  '#f0e9df',
  '#d8d0c6',
  '#b8b0a8',
  '#918995',
  '#423d4b',
  '#342f3c',
  '#26232c',
  '#1d1b22',
  '#17151b',
  '#100f13'
]

/** Stone; replaces Mantine's cold grey. */
const gray: MantineColorsTuple = [
  '#faf6ef',
  '#f1e8da',
  '#e8dccb',
  '#ddcfba',
  '#cbbca5',
  '#a99a85',
  '#7d705f',
  '#5f5448',
  '#463d34',
  '#2c2520'
]

export const theme = createTheme({
  primaryColor: 'terracotta',
  primaryShade: 6,
  autoContrast: true,
  colors: { terracotta, olive, lamp, dark, gray },
  black: '#2c2520',
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily: "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  headings: {
    fontFamily: "'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', P052, 'Liberation Serif', serif",
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '2rem', lineHeight: '1.2' },
      h2: { fontSize: '1.375rem', lineHeight: '1.3' },
      h3: { fontSize: '1.125rem', lineHeight: '1.35' }
    }
  },
  // Types alone, so that the code of a component loads with the first page that shows it.
  components: {
    Badge: {
      defaultProps: { variant: 'light', tt: 'none', fw: 600 } satisfies BadgeProps,
      // A role or a state says nothing when it is cut off.
      styles: { root: { minWidth: 'max-content' } }
    },
    Card: { defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' } satisfies CardProps },
    Modal: { defaultProps: { centered: true, radius: 'lg', overlayProps: { blur: 2 } } satisfies Partial<ModalProps> },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        openDelay: 300,
        events: { hover: true, focus: true, touch: true }
      } satisfies Partial<TooltipProps>
    }
  }
})

/** Plaster and stone by day, dusk by night. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#faf6ef',
    '--mantine-color-text': '#2c2520',
    '--mantine-color-dimmed': '#65594d',
    '--mantine-color-placeholder': '#75695c',
    '--mantine-color-default': '#fffdf9',
    '--mantine-color-default-hover': '#f6efe3',
    '--mantine-color-default-border': '#d8cab4',
    '--mantine-color-anchor': 'var(--mantine-color-terracotta-7)',
    '--mantine-color-error': '#a32014',
    '--borgo-card': '#fffdf9',
    '--borgo-side': '#f1e8da',
    '--borgo-line': '#e6dac7',
    '--borgo-hill': '#e3d5c0',
    '--borgo-focus': 'var(--mantine-color-terracotta-6)',
    '--borgo-ground': '#d9c7ab',
    '--borgo-mine': '#f4dccb',
    '--borgo-mine-dimmed': '#6b5748',
    '--borgo-read': '#4f601c',
    '--mantine-color-red-light': '#fbe7e1',
    '--mantine-color-red-light-color': '#8f1d12',
    '--borgo-road': '#b9a384',
    '--borgo-beam': '#3a302a',
    '--borgo-here': '#e4d3ba',
    '--borgo-near': '#eadfcd',
    '--borgo-chosen': '#f1e8da',
    '--borgo-well': 'var(--mantine-color-olive-6)',
    '--borgo-in': 'var(--mantine-color-olive-6)',
    '--borgo-out': 'var(--mantine-color-terracotta-6)'
  },
  dark: {
    // Mantine's own is the colour of a card.
    '--mantine-color-disabled': '#37323f',
    '--mantine-color-dimmed': '#b8b0a8',
    '--mantine-color-placeholder': '#a29aa3',
    '--mantine-color-anchor': 'var(--mantine-color-terracotta-3)',
    '--mantine-color-error': '#ff9c8f',
    '--borgo-card': '#26232c',
    '--borgo-side': '#17151b',
    '--borgo-line': '#37323f',
    '--borgo-hill': '#36313f',
    '--borgo-focus': 'var(--mantine-color-terracotta-4)',
    '--borgo-ground': '#4a4454',
    '--borgo-mine': '#4a3229',
    '--borgo-mine-dimmed': '#cdb9ab',
    '--borgo-read': '#b0c372',
    '--borgo-road': '#756c7d',
    '--borgo-beam': '#6b5d52',
    '--borgo-here': '#2f2a38',
    '--borgo-near': '#221f29',
    '--borgo-chosen': '#37323f',
    '--mantine-color-gray-light': '#37323f',
    '--mantine-color-gray-light-color': '#d8d0c6',
    '--mantine-color-terracotta-light': '#4a2c22',
    '--mantine-color-terracotta-light-color': '#f1bfa7',
    '--mantine-color-red-light': '#472325',
    '--mantine-color-red-light-color': '#ffb4a8',
    '--mantine-color-lamp-light': '#453519',
    '--mantine-color-lamp-light-color': '#f9d694',
    '--mantine-color-olive-light': '#343a1e',
    '--mantine-color-olive-light-color': '#cbd7a1',
    '--borgo-well': 'var(--mantine-color-olive-4)',
    '--borgo-in': 'var(--mantine-color-olive-4)',
    '--borgo-out': 'var(--mantine-color-terracotta-4)'
  }
})
