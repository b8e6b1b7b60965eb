export const text = {
  title: 'Sign in',
  intro: 'This console opens with a one-time link from the machine that the node runs on. There is no password.',
  step: {
    run: 'In a terminal on that machine, run:',
    open: 'Open the link it prints. It works once, for ten minutes.'
  },
  command: 'the command',
  why: 'Whoever can use the terminal there is you; nobody else on the network can sign in by guessing.'
} as const
