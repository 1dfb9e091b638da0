// Where the window was when it was closed. Read back it is input like any other, and the display it was on may be gone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

export const smallest = { width: 960, height: 640 } as const;
const usual = { width: 1280, height: 800 } as const;

const coordinate = z.number().int().min(-100_000).max(100_000);
const placeSchema = z.strictObject({
  x: coordinate,
  y: coordinate,
  width: z.number().int().min(smallest.width).max(100_000),
  height: z.number().int().min(smallest.height).max(100_000),
  isMaximized: z.boolean(),
});

export type WindowPlace = Readonly<z.infer<typeof placeSchema>>;

export function windowPlaceFile(root: string): string {
  return join(root, 'window.json');
}

/** Undefined for none and for nonsense: then the window opens as it does the first time. */
export function readWindowPlace(file: string): WindowPlace | undefined {
  try {
    const parsed = placeSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export interface OpeningPlace {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly isMaximized: boolean;
}

/** @param workAreas of the displays there are now, without task bars */
export function openingPlace(place: WindowPlace | undefined, workAreas: readonly Rectangle[]): OpeningPlace {
  if (place === undefined) return { bounds: usual, isMaximized: false };
  const { isMaximized, ...bounds } = place;
  return { bounds: workAreas.some((area) => isGrabbable(bounds, area)) ? bounds : usual, isMaximized };
}

/** Enough of the title bar must lie on a display for a mouse to take hold of it. */
function isGrabbable({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return visibleWidth >= 100 && y >= area.y && y <= area.y + area.height - 50;
}
