// The drawing as pixels. Each shape is a distance to its edge, and a pixel is covered by as much of a shape as its
// middle lies inside it: exact enough for discs and arcs at any size, and it needs no browser on the build machine.
import { canvasUnits, type Arc, type Colour, type IconDrawing, type Shape } from './icon-drawing.ts';

/** Rows of red, green, blue, opacity (not premultiplied), one byte each. */
export interface Pixels {
  readonly edge: number;
  readonly bytes: Uint8Array;
}

interface Position {
  readonly x: number;
  readonly y: number;
}

export function rasterise(drawing: IconDrawing, edge: number): Pixels {
  const bytes = new Uint8Array(edge * edge * 4);
  const unitsPerPixel = canvasUnits / edge;
  for (let row = 0; row < edge; row += 1) {
    for (let column = 0; column < edge; column += 1) {
      const at: Position = {
        x: (column + 0.5) * unitsPerPixel - canvasUnits / 2,
        y: (row + 0.5) * unitsPerPixel - canvasUnits / 2,
      };
      bytes.set(pixelAt(drawing, at, unitsPerPixel), (row * edge + column) * 4);
    }
  }
  return { edge, bytes };
}

/** Lays the shapes over each other at one place. */
function pixelAt(drawing: IconDrawing, at: Position, unitsPerPixel: number): readonly number[] {
  let [red, green, blue, opacity] = [0, 0, 0, 0];
  for (const shape of drawing.shapes) {
    const inside = Math.min(1, Math.max(0, 0.5 - distanceToEdge(shape, at) / unitsPerPixel));
    const over = inside * (shape.kind === 'arc' ? shape.opacity : 1);
    if (over === 0) continue;
    const colour = colourAt(shape, at);
    const total = over + opacity * (1 - over);
    const mix = (top: number, below: number): number => (top * over + below * opacity * (1 - over)) / total;
    [red, green, blue] = [mix(colour.red, red), mix(colour.green, green), mix(colour.blue, blue)];
    opacity = total;
  }
  return [red, green, blue, opacity * 255].map(Math.round);
}

/** Canvas units, negative inside. */
function distanceToEdge(shape: Shape, { x, y }: Position): number {
  const fromMiddle = Math.hypot(x, y);
  if (shape.kind === 'disc') return fromMiddle - shape.radius;
  const degrees = (Math.atan2(y, x) * 180) / Math.PI;
  const along = ((((degrees - shape.fromDegrees) % 360) + 360) % 360) / shape.sweepDegrees;
  if (along <= 1) return Math.abs(fromMiddle - shape.radius) - halfWidthAt(shape, along);
  return Math.min(...[0, 1].map((end) => distanceToEnd(shape, end, { x, y }) - halfWidthAt(shape, end)));
}

/** @param along 0 at the tail, 1 at the head */
function halfWidthAt({ tailWidth, headWidth }: Arc, along: number): number {
  return (tailWidth + (headWidth - tailWidth) * along) / 2;
}

function distanceToEnd({ radius, fromDegrees, sweepDegrees }: Arc, end: number, { x, y }: Position): number {
  const radians = ((fromDegrees + sweepDegrees * end) * Math.PI) / 180;
  return Math.hypot(x - radius * Math.cos(radians), y - radius * Math.sin(radians));
}

function colourAt(shape: Shape, { y }: Position): Colour {
  if (shape.kind === 'arc') return shape.colour;
  const [top, bottom] = shape.colours;
  const share = Math.min(1, Math.max(0, (y + shape.radius) / (2 * shape.radius)));
  const between = (from: number, to: number): number => from + (to - from) * share;
  return {
    red: between(top.red, bottom.red),
    green: between(top.green, bottom.green),
    blue: between(top.blue, bottom.blue),
  };
}
