// The icon as geometry: a disk in motion round a point at rest. Owns shapes and colours, on a canvas of 256 units;
// knows nothing of files or pixels. Two cuts: what is a fine line at 256 pixels is dust at 16.

export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export interface Disc {
  readonly kind: 'disc';
  readonly radius: number;
  readonly colours: readonly [top: Colour, bottom: Colour];
}

/**
 * Part of a circle, growing from its tail to its head as a trail does behind what moves; round ends. Angles in
 * degrees, clockwise from three o'clock, as in SVG.
 */
export interface Arc {
  readonly kind: 'arc';
  readonly radius: number;
  readonly tailWidth: number;
  readonly headWidth: number;
  readonly fromDegrees: number;
  readonly sweepDegrees: number;
  readonly colour: Colour;
  readonly opacity: number;
}

export type Shape = Disc | Arc;

/** Shapes round the middle of the canvas, the lowest first. */
export interface IconDrawing {
  readonly shapes: readonly Shape[];
}

export const canvasUnits = 256;

// Between a light and a dark taskbar in brightness, so that the edge shows on both.
const platterTop: Colour = { red: 0x2a, green: 0x9d, blue: 0xd8 };
const platterBottom: Colour = { red: 0x12, green: 0x56, blue: 0xa6 };
const white: Colour = { red: 0xff, green: 0xff, blue: 0xff };
const stillTop: Colour = { red: 0xff, green: 0xd9, blue: 0x6b };
const stillBottom: Colour = { red: 0xff, green: 0xb3, blue: 0x1a };

const trail = { kind: 'arc', colour: white, opacity: 1 } as const;
const faint = { ...trail, opacity: 0.45 } as const;

const fine: IconDrawing = {
  shapes: [
    { kind: 'disc', radius: 122, colours: [platterTop, platterBottom] },
    { ...trail, radius: 86, tailWidth: 3, headWidth: 22, fromDegrees: 150, sweepDegrees: 150 },
    { ...trail, radius: 86, tailWidth: 3, headWidth: 22, fromDegrees: -30, sweepDegrees: 150 },
    { ...faint, radius: 56, tailWidth: 2, headWidth: 10, fromDegrees: 95, sweepDegrees: 130 },
    { ...faint, radius: 56, tailWidth: 2, headWidth: 10, fromDegrees: -85, sweepDegrees: 130 },
    { kind: 'disc', radius: 30, colours: [stillTop, stillBottom] },
  ],
};

const coarse: IconDrawing = {
  shapes: [
    { kind: 'disc', radius: 127, colours: [platterTop, platterBottom] },
    { ...trail, radius: 82, tailWidth: 10, headWidth: 36, fromDegrees: 155, sweepDegrees: 135 },
    { ...trail, radius: 82, tailWidth: 10, headWidth: 36, fromDegrees: -25, sweepDegrees: 135 },
    { kind: 'disc', radius: 36, colours: [stillTop, stillBottom] },
  ],
};

/** The cut for a given edge length in pixels. */
export function drawingFor(pixels: number): IconDrawing {
  return pixels < 40 ? coarse : fine;
}
