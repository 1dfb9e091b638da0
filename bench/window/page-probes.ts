// What is put into the page to measure it. Each function is handed over as text: it uses nothing but its arguments and the
// page. A moment counts as on the screen once the frame that holds it has been rendered: the first message after it.

/** Notes, in ms since the navigation began, when all three gates stood there with their values. */
export function noteFirstScreen(): void {
  const noteAfterFrame = (name: string): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => Reflect.set(window, name, performance.now());
      port2.postMessage(undefined);
    });
  };
  const hasGates = (): boolean => {
    const gates = [...document.querySelectorAll('section[aria-label^="Gate: "]')];
    return gates.length === 3 && gates.every((gate) => gate.querySelector('li') !== null);
  };
  const observer = new MutationObserver(() => {
    if (!hasGates()) return;
    observer.disconnect();
    noteAfterFrame('benchFirstScreenMs');
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Notes when the list with so many rows was drawn: its first page of rows, and its whole length behind the scroll bar. */
export function noteList(rowCount: number): void {
  const isThere = (): boolean => {
    const grid = document.querySelector(`[role="grid"][aria-rowcount="${rowCount + 1}"]`);
    return grid !== null && grid.querySelector('[role="row"][data-index="0"]') !== null;
  };
  const observer = new MutationObserver(() => {
    if (!isThere()) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => Reflect.set(window, 'benchListMs', performance.now());
      port2.postMessage(undefined);
    });
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}

/** Begins to note figures, frames and long tasks; `window.benchWatch` then holds what was seen. */
export function watchRun(): void {
  const seen = { shown: [] as unknown[], frames: [] as number[], longTasks: [] as number[] };
  Reflect.set(window, 'benchWatch', seen);
  let changed: { label: string; value: number }[] = [];
  new MutationObserver((records) => {
    for (const { target } of records) {
      if (!(target instanceof HTMLElement)) continue;
      changed.push({ label: target.ariaLabel ?? '', value: Number(target.ariaValueNow) });
    }
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-valuenow'] });
  const { port1, port2 } = new MessageChannel();
  const batches: { label: string; value: number }[][] = [];
  port1.onmessage = () => {
    const atMs = performance.timeOrigin + performance.now();
    for (const figure of batches.shift() ?? []) seen.shown.push({ ...figure, atMs });
  };
  const onFrame = (stampMs: number): void => {
    seen.frames.push(stampMs);
    batches.push(changed);
    changed = [];
    port2.postMessage(undefined);
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
  }).observe({ type: 'longtask' });
}

/** Scrolls a list up and down, so many pixels with every frame; gives the time stamps of the frames. */
export async function scrollList(options: { label: string; pixelsPerFrame: number; forMs: number }): Promise<number[]> {
  const list = document.querySelector(`[role="grid"][aria-label="${options.label}"]`);
  if (list === null) throw new Error(`there is no list ${options.label}`);
  const stamps: number[] = [];
  let step = options.pixelsPerFrame;
  return new Promise((resolve) => {
    const onFrame = (stampMs: number): void => {
      stamps.push(stampMs);
      if (stampMs - (stamps[0] ?? stampMs) >= options.forMs) {
        resolve(stamps);
        return;
      }
      const before = list.scrollTop;
      list.scrollTop += step;
      if (list.scrollTop === before) step = -step;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
}
