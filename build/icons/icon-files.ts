// Every icon file of the repository, from the one drawing. Pure: path (from the root) to content.
import { drawingFor } from './icon-drawing.ts';
import { encodeIco } from './encode-ico.ts';
import { encodePng } from './encode-png.ts';
import { rasterise } from './rasterise.ts';
import { toSvg } from './to-svg.ts';

/** Windows asks for the sizes up to 256 by its scaling steps; Linux desktops take the last as well. */
const pngEdges = [16, 20, 24, 32, 40, 48, 64, 128, 256, 512];
const icoEdges = pngEdges.filter((edge) => edge <= 256);

export function iconFiles(): ReadonlyMap<string, Buffer> {
  const pngs = new Map(pngEdges.map((edge) => [edge, encodePng(rasterise(drawingFor(edge), edge))]));
  const images = icoEdges.flatMap((edge) => {
    const png = pngs.get(edge);
    return png === undefined ? [] : [{ edge, png }];
  });
  return new Map([
    ['build/icons/icon.svg', Buffer.from(toSvg(drawingFor(256)))],
    // A browser tab shows 16 or 32 pixels.
    ['renderer/public/icon.svg', Buffer.from(toSvg(drawingFor(32)))],
    ['build/icons/icon.ico', encodeIco(images)],
    ...[...pngs].map(([edge, png]): [string, Buffer] => [`build/icons/png/${edge}x${edge}.png`, png]),
  ]);
}
