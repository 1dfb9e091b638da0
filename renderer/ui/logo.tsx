// The mark of the product, in the colours of the theme.
import { tokens } from '@fluentui/react-components';

export function Logo({ sizePx }: { readonly sizePx: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 24 24" fill="none" aria-hidden focusable="false">
      <path
        d="M20.6 8.4A9.3 9.3 0 1 0 21.3 12"
        stroke={tokens.colorCompoundBrandStroke}
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <path
        d="M16.2 9.2A5 5 0 1 0 17 12"
        stroke={tokens.colorCompoundBrandStroke}
        strokeWidth="2.2"
        strokeLinecap="round"
        opacity="0.55"
      />
      <circle cx="12" cy="12" r="2.1" fill={tokens.colorCompoundBrandForeground1} />
    </svg>
  );
}
