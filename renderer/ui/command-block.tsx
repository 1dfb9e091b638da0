// A command to be copied and run elsewhere.
import { makeStyles, tokens } from '@fluentui/react-components';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalS,
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXS} ${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
  },
  text: {
    flexGrow: 1,
    minWidth: 0,
    margin: 0,
    paddingTop: tokens.spacingVerticalXXS,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    userSelect: 'text',
  },
});

export function CommandBlock({
  command,
  label = 'Copy the command',
}: {
  readonly command: string;
  readonly label?: string;
}) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <pre className={styles.text}>{command}</pre>
      <CopyButton text={command} label={label} />
    </div>
  );
}
