// Copies a text, and says so only when it has been copied.
import { Button, Tooltip, type ButtonProps } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useState, type ReactNode } from 'react';

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the tooltip and for a screen reader: `Copy the command`. */
  readonly label: string;
  readonly size?: ButtonProps['size'];
}

type Outcome = 'none' | 'copied' | 'failed';
const shownMs = 2000;
const icons: Readonly<Record<Outcome, ReactNode>> = {
  none: <CopyRegular />,
  copied: <CheckmarkRegular />,
  failed: <DismissRegular />,
};

export function CopyButton({ text, label, size = 'small' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  useEffect(() => {
    if (outcome === 'none') return undefined;
    const timer = setTimeout(() => setOutcome('none'), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const words = { none: label, copied: 'Copied', failed: 'It could not be copied: mark the text and press Ctrl+C' };
  return (
    <Tooltip content={words[outcome]} relationship="label">
      <Button
        appearance="subtle"
        size={size}
        icon={<>{icons[outcome]}</>}
        onClick={() => void copy(text).then((isCopied) => setOutcome(isCopied ? 'copied' : 'failed'))}
      />
    </Tooltip>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser did not allow it: whoever pressed the button is told.
    return false;
  }
}
