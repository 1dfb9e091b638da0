// Errors of the window's own process: its start, and the system's protection of passwords.
import { errorSpec } from '../define-errors.ts';

export const windowErrors = {
  'window.switch-refused': errorSpec('user', (p: { switches: readonly string[] }) => ({
    title: `Stillpoint does not start with ${p.switches.join(', ')}`,
    meaning:
      'This switch would let another program look into Stillpoint or weaken the protection of its window. Nothing was started.',
    nextStep: 'Start Stillpoint without it. If you did not give it, look at the shortcut that starts Stillpoint.',
  })),
  'password.not-unlocked': errorSpec('environment', (p: { location: string; reason: string }) => ({
    title: `The password kept for ${p.location} cannot be unlocked`,
    meaning: `It was protected for another account or another installation of this computer: ${p.reason}. Nothing was done.`,
    nextStep: 'Open the repository with its password again; it is then kept anew.',
  })),
};
