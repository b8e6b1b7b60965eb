/** What it means that a device is stopped, and what helps. */
export const STOPPED_TEXT = `stopped: the device wrote two histories, as one whose data was copied does, and what it writes there counts no more.
If it is yours: \`borgo backup\` and \`borgo restore\` make a new device of it; or lock it out on another device of yours
(\`borgo device revoke\`) and link it anew (\`borgo device link\`).`
