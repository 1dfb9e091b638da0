// The drawing as an SVG document: the icon of the page, and what a designer opens.
import { canvasUnits, type Arc, type Colour, type IconDrawing, type Shape } from './icon-drawing.ts';

const middle = canvasUnits / 2;

export function toSvg(drawing: IconDrawing): string {
  const gradients = drawing.shapes.flatMap((shape, index) =>
    shape.kind === 'disc'
      ? [
          `    <linearGradient id="g${index}" x1="0" y1="0" x2="0" y2="1">`,
          `      <stop offset="0" stop-color="${hex(shape.colours[0])}"/>`,
          `      <stop offset="1" stop-color="${hex(shape.colours[1])}"/>`,
          '    </linearGradient>',
        ]
      : [],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${canvasUnits} ${canvasUnits}">`,
    '  <title>Stillpoint</title>',
    '  <defs>',
    ...gradients,
    '  </defs>',
    ...drawing.shapes.map((shape, index) => `  ${element(shape, index)}`),
    '</svg>',
    '',
  ].join('\n');
}

function element(shape: Shape, index: number): string {
  if (shape.kind === 'disc')
    return `<circle cx="${middle}" cy="${middle}" r="${shape.radius}" fill="url(#g${index})"/>`;
  return `<path d="${outline(shape)}" fill="${hex(shape.colour)}" fill-opacity="${shape.opacity}"/>`;
}

/** Out along the outer side, round the head, back along the inner side, round the tail. */
function outline({ radius, tailWidth, headWidth, fromDegrees, sweepDegrees }: Arc): string {
  const steps = Math.ceil(sweepDegrees / 5);
  const side = (sign: number): string[] =>
    Array.from({ length: steps + 1 }, (_, step) => {
      const share = step / steps;
      const halfWidth = (tailWidth + (headWidth - tailWidth) * share) / 2;
      return pointAt(radius + sign * halfWidth, fromDegrees + sweepDegrees * share);
    });
  const [outer, inner] = [side(1), side(-1).reverse()];
  const cap = (width: number, to: string): string => `A ${width / 2} ${width / 2} 0 0 1 ${to}`;
  return [
    `M ${outer.join(' L ')}`,
    cap(headWidth, inner[0] ?? ''),
    `L ${inner.slice(1).join(' L ')}`,
    cap(tailWidth, outer[0] ?? ''),
    'Z',
  ].join(' ');
}

function pointAt(radius: number, degrees: number): string {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)].map((part) => (middle + radius * part).toFixed(1)).join(' ');
}

function hex({ red, green, blue }: Colour): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
