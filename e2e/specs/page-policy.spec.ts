// The page's own walls, in the browser that runs it: the policy is parsed by Chromium here, not by us.
import { expect, test } from '../fixtures/stillpoint.ts';
import { ConsoleWindow } from '../pages/window.ts';

test('nothing but its own files runs in the page, and it reaches nobody else', async ({ stillpoint: { page } }) => {
  await new ConsoleWindow(page).heading('Readiness').waitFor();
  const tried = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const script = document.createElement('script');
    let inline = 'refused';
    Reflect.set(window, 'ran', () => (inline = 'ran'));
    try {
      script.textContent = 'window.ran()';
    } catch {
      inline = 'refused by trusted types';
    }
    document.head.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    const reach = async (url: string): Promise<string> =>
      fetch(url, { mode: 'no-cors' }).then(
        () => 'reached',
        () => 'refused',
      );
    const outside = await reach('http://127.0.0.2:9/');
    const image = new Image();
    image.src = 'http://127.0.0.2:9/pixel.png';
    const frame = document.createElement('iframe');
    frame.src = 'data:text/html,hello';
    document.body.append(frame);
    // Later, by itself: what a debugger evaluates is free of the policy, what it leaves behind is not.
    const evaluated = await new Promise<string>((resolve) => {
      setTimeout(() => {
        try {
          // The constructor stands for every way from text to code.
          Reflect.construct(Function, ['return 1']);
          resolve('ran');
        } catch {
          resolve('refused');
        }
      });
    });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return {
      inline,
      evaluated,
      outside,
      outline: getComputedStyle(document.body).outlineStyle,
      blocked: [...new Set(blocked)].sort(),
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
    };
  });
  expect(tried.inline).not.toBe('ran');
  expect(tried.evaluated).toBe('refused');
  expect(tried.outside).toBe('refused');
  expect(tried.outline).toBe('none');
  expect(tried.node).toEqual(['undefined', 'undefined']);
  expect(tried.blocked).toEqual(expect.arrayContaining(['connect-src', 'frame-src', 'img-src', 'style-src-elem']));
});
