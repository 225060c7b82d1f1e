// A study whose numbers are hidden says so where they would be, until when, and lets its owner end it with a reason that is kept.

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { blindRuleOf, blindUntil, type BlindRule } from "../state/blind_rule.ts";
import { studyApi } from "../study_api.ts";
import { Confirm } from "./confirm.tsx";
import { isAtLeast, useRole } from "./rights.tsx";

const QUESTION = "Unblind the study? From then on everybody with access sees its numbers. This cannot be undone; that it was done, by whom and why, is kept.";

export interface BlindProps {
  slug: string;
  onUnblinded: () => void;
  onUnauthorized: () => void;
}

/** Of a study that is known to hide its numbers: its rule is in its definition. */
export function BlindStudy({ slug, onUnblinded, onUnauthorized }: BlindProps) {
  const [rule, setRule] = useState<BlindRule | null>(null);
  useEffect(() => {
    let isOver = false;
    studyApi.definition(slug).then(
      ({ settings }) => { if (!isOver) setRule(blindRuleOf(settings)); },
      // The notice stands without its rule, which is said nowhere else; only a login that has ended matters.
      (failure: unknown) => { if (!isOver && failure instanceof ApiError && failure.status === 401) onUnauthorized(); },
    );
    return () => {
      isOver = true;
    };
  }, [slug, onUnauthorized]);
  return <BlindNotice slug={slug} rule={rule} onUnblinded={onUnblinded} onUnauthorized={onUnauthorized} />;
}

function BlindNotice({ slug, rule, onUnblinded, onUnauthorized }: BlindProps & { rule: BlindRule | null }) {
  const mayUnblind = isAtLeast(useRole(slug), "owner");
  const [isAsked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function unblind(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await studyApi.unblind(slug, reason.trim());
      setAsked(false);
      onUnblinded();
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }
  return (
    <section class="card blind-notice" aria-label="Blind" data-testid="blind-notice">
      <p>
        <strong>This study is blind.</strong> How well people and models do is hidden from everybody. {rule !== null && blindUntil(rule)}
      </p>
      {!isAsked && mayUnblind && (
        <button type="button" class="button quiet" data-testid="unblind" onClick={() => setAsked(true)}>
          Unblind…
        </button>
      )}
      {isAsked && (
        <Confirm question={QUESTION} yes="Unblind" isBusy={isBusy} isPossible={reason.trim() !== ""} onYes={() => void unblind()} onNo={() => setAsked(false)}>
          <label class="confirm-field">
            <span>Reason</span>
            <textarea rows={2} maxLength={1000} value={reason} data-testid="unblind-reason" onInput={(event) => setReason(event.currentTarget.value)} />
          </label>
        </Confirm>
      )}
      {error !== null && <p class="form-error" role="alert" data-testid="unblind-error">{error}</p>}
    </section>
  );
}
