// Shows a run while it goes on. On a screen each VM has a line that is redrawn; in a pipe there is a line per change of
// phase, and every few seconds one about progress. Draws what `reduceRun` says, nothing else.
import { reduceRun } from '../../../shared/events/reduce-run.ts';
import { isProgress, type RunEvent } from '../../../shared/events/run-event.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';
import type { AppEvent } from '../../../shared/ipc/views.ts';
import type { RunId, VmId } from '../../../shared/model/ids.ts';
import { printable } from '../../../shared/words/printable.ts';
import type { Terminal } from '../terminal.ts';
import { endLine, phaseLine, phaseName, progressWords, vmsOf } from '../../../shared/words/run-words.ts';

const redrawEveryMs = 100;
const progressLineEveryMs = 3000;

export class LiveRun {
  readonly #terminal: Terminal;
  #run: RunState | undefined;
  #runId: RunId | undefined;
  #drawnLines = 0;
  #drawnAtMs = 0;
  readonly #linedAtMs = new Map<VmId, number>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get state(): RunState | undefined {
    return this.#run;
  }

  /** Takes events of the first run it hears of, or of `runId` once that is known. */
  readonly onEvent = ({ change }: AppEvent): void => {
    if (change.type !== 'run') return;
    const { event } = change;
    if (this.#run === undefined && event.type !== 'run-queued') return;
    if (this.#runId !== undefined && event.runId !== this.#runId) return;
    this.#runId = event.runId;
    this.#run = reduceRun(this.#run, event);
    if (this.#terminal.isScreen) this.#drawOnScreen(this.#run, event);
    else this.#sayLine(this.#run, event);
  };

  /** A line above the live ones. */
  note(line: string): void {
    this.#erase();
    this.#terminal.say(line);
    if (this.#terminal.isScreen && this.#run !== undefined) this.#redraw(this.#run);
  }

  #sayLine(run: RunState, event: RunEvent): void {
    if (event.type === 'run-warning') this.#terminal.say(`Warning: ${event.warning.title}`);
    if (!('vmId' in event)) return;
    const vm = run.vms[event.vmId];
    if (vm === undefined) return;
    const text = lineFor(vm, event);
    if (text !== undefined) this.#sayOf(run, vm, text);
    else if (isProgress(event) && this.#isLineDue(vm.vmId)) {
      this.#sayOf(run, vm, `${phaseName(vm.phase)}: ${progressWords(vm)}`);
    }
  }

  #isLineDue(vmId: VmId): boolean {
    const last = this.#linedAtMs.get(vmId) ?? 0;
    return this.#terminal.nowMs() - last >= progressLineEveryMs;
  }

  #sayOf(run: RunState, vm: VmRunState, text: string): void {
    this.#linedAtMs.set(vm.vmId, this.#terminal.nowMs());
    this.#terminal.say(`${vm.name.padEnd(nameWidth(run))}  ${text}`);
  }

  #drawOnScreen(run: RunState, event: RunEvent): void {
    if (event.type === 'vm-warning' || event.type === 'run-warning') this.note(`Warning: ${event.warning.title}`);
    const isDue = this.#terminal.nowMs() - this.#drawnAtMs >= redrawEveryMs;
    if (isDue || !isProgress(event)) {
      this.#erase();
      this.#redraw(run);
    }
  }

  #erase(): void {
    // Up by as many lines as were drawn, then clear all below (ECMA-48 CUU and ED).
    if (this.#drawnLines > 0) this.#terminal.draw(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }

  #redraw(run: RunState): void {
    const width = this.#terminal.columns() - 1;
    const lines = vmsOf(run).map((vm) => printable(screenLine(run, vm)).slice(0, width));
    this.#terminal.draw(lines.map((line) => `${line}\n`).join(''));
    this.#drawnLines = lines.length;
    this.#drawnAtMs = this.#terminal.nowMs();
  }
}

function lineFor(vm: VmRunState, event: RunEvent): string | undefined {
  switch (event.type) {
    case 'vm-phase-entered':
      return event.phase === 'done' ? undefined : phaseLine(event.phase);
    case 'vm-moved':
      return `now owned by ${event.hostId}`;
    case 'merge-confirmed':
      return 'merge confirmed: every disk is back on its own file';
    case 'vm-warning':
      return `Warning: ${event.warning.title}`;
    case 'vm-ended':
      return endLine(vm);
    default:
      return undefined;
  }
}

const barWidth = 16;

function screenLine(run: RunState, vm: VmRunState): string {
  const name = vm.name.padEnd(nameWidth(run));
  if (vm.outcome !== undefined) return `${name}  ${endLine(vm)}`;
  const fraction = fractionOf(vm);
  const bar = fraction === undefined ? '' : `[${'='.repeat(Math.round(fraction * barWidth)).padEnd(barWidth)}] `;
  return `${name}  ${phaseName(vm.phase).padEnd(21)} ${bar}${progressWords(vm)}`;
}

/** Only where a total is known. */
function fractionOf(vm: VmRunState): number | undefined {
  if (vm.phase === 'merging') return vm.mergeFraction;
  if (vm.phase !== 'reading') return undefined;
  const disks = Object.values(vm.disks);
  const total = disks.reduce((sum, disk) => sum + disk.totalBytes, 0);
  const read = disks.reduce((sum, disk) => sum + disk.readBytes, 0);
  return total === 0 ? undefined : Math.min(1, read / total);
}

function nameWidth(run: RunState): number {
  return Math.max(...vmsOf(run).map((vm) => vm.name.length));
}
