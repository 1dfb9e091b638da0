// What a run asks the admin, with the answer that is taken when nobody gives one. The checkpoint stands meanwhile.
import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { QuestionChoice } from '../../../shared/events/run-event.ts';
import type { AskedQuestion, RunState } from '../../../shared/events/run-state.ts';
import { formatSeconds } from '../../../shared/words/format.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

const choiceWords: Readonly<Record<AskedQuestion['kind'], Readonly<Record<QuestionChoice, string>>>> = {
  consistency: { fail: 'Let this VM fail', 'fall-back': 'Back it up crash-consistent' },
  mode: { fail: 'Let this VM fail', 'fall-back': 'Back it up on-host' },
};

/** What happens when nobody answers. */
const silenceWords: Readonly<Record<AskedQuestion['kind'], Readonly<Record<QuestionChoice, string>>>> = {
  consistency: { fail: 'the backup of this VM fails', 'fall-back': 'it is backed up crash-consistent' },
  mode: { fail: 'the backup of this VM fails', 'fall-back': 'it is backed up on-host' },
};

export function OpenQuestions({ run, nowMs }: { readonly run: RunState; readonly nowMs: number }) {
  return Object.values(run.questions)
    .filter((question) => question.state === 'open')
    .map((question) => <OpenQuestion key={question.questionId} run={run} question={question} nowMs={nowMs} />);
}

interface OpenQuestionProps {
  readonly run: RunState;
  readonly question: AskedQuestion;
  readonly nowMs: number;
}

function OpenQuestion({ run, question, nowMs }: OpenQuestionProps) {
  const { api } = useApp();
  const isConnected = useIsConnected();
  const [isAnswering, setIsAnswering] = useState(false);
  const [error, setError] = useState<AppErrorData>();
  const { questionId, kind, about, options, deadlineAtMs, defaultChoice } = question;
  const answer = async (choice: QuestionChoice): Promise<void> => {
    setIsAnswering(true);
    const result = await api.runs.answer({ runId: run.runId, questionId, choice });
    setIsAnswering(false);
    setError(result.ok ? undefined : result.error);
  };
  return (
    <>
      <MessageBar intent="warning" layout="multiline" politeness="assertive">
        <MessageBarBody>
          <MessageBarTitle>{about.title}</MessageBarTitle>
          {about.meaning} Without an answer in {formatSeconds(Math.max(0, deadlineAtMs - nowMs))}:{' '}
          {silenceWords[kind][defaultChoice]}.
        </MessageBarBody>
        <MessageBarActions>
          {options.map((choice) => (
            <Button key={choice} disabled={!isConnected || isAnswering} onClick={() => void answer(choice)}>
              {choiceWords[kind][choice]}
            </Button>
          ))}
        </MessageBarActions>
      </MessageBar>
      {error === undefined ? null : <ErrorCard error={error} />}
    </>
  );
}
