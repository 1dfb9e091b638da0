// What stands between the admin and a backup when there is no repository yet, or its password is not known.
import { Body1, Button, Tab, TabList, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useMirror } from '../../state/use-app.ts';
import { Card } from '../../ui/card.tsx';
import { NewRepository } from './new-repository.tsx';
import { OpenRepository } from './open-repository.tsx';

const useStyles = makeStyles({
  path: { overflowWrap: 'anywhere' },
  other: { alignSelf: 'flex-start', overflowWrap: 'anywhere' },
  tabs: { marginLeft: `-${tokens.spacingHorizontalM}` },
});

/** Nothing when a repository is chosen and its password is at hand. */
export function RepositorySetup() {
  const styles = useStyles();
  // Whoever has lost the password must not be stuck with it.
  const [isChoosing, setIsChoosing] = useState(false);
  const repository = useMirror((mirror) => mirror.snapshot?.repository);
  if (repository === undefined || (repository.location !== undefined && repository.hasPassword)) return null;
  if (repository.location !== undefined && !isChoosing) {
    return (
      <Card title="The password of the repository is needed">
        <Body1 className={styles.path}>Everything in {repository.location} is encrypted.</Body1>
        <OpenRepository location={repository.location} />
        <Button className={styles.other} onClick={() => setIsChoosing(true)}>
          Use another repository…
        </Button>
      </Card>
    );
  }
  if (repository.location !== undefined) {
    return (
      <>
        <ChooseRepository onDone={() => setIsChoosing(false)} />
        <Button className={styles.other} onClick={() => setIsChoosing(false)}>
          Stay with {repository.location}
        </Button>
      </>
    );
  }
  return <ChooseRepository />;
}

export function ChooseRepository({ onDone }: { readonly onDone?: () => void }) {
  const styles = useStyles();
  const [tab, setTab] = useState<'new' | 'existing'>('new');
  const done = onDone === undefined ? {} : { onDone };
  return (
    <Card title="Where should restore points be kept?">
      <Body1>
        In a repository: a folder of encrypted files in the restic format. Stock restic can read it too, with the
        password, without Stillpoint.
      </Body1>
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        onTabSelect={(_event, data) => setTab(data.value === 'existing' ? 'existing' : 'new')}
      >
        <Tab value="new">Make a new one</Tab>
        <Tab value="existing">Open one that is there</Tab>
      </TabList>
      {tab === 'new' ? <NewRepository {...done} /> : <OpenRepository {...done} />}
    </Card>
  );
}
