// A study whose numbers are hidden says so where they would be, until when, and lets its owner end it with a reason that is kept.

import { useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { blindUntil, type BlindRule } from "../state/blind_rule.ts";
import { studyApi } from "../study_api.ts";
import { Confirm } from "./confirm.tsx";

const QUESTION = "Unblind the study? From then on everybody with access sees its numbers. This cannot be undone; that it was done, by whom and why, is kept.";

export interface BlindNoticeProps {
  slug: string;
  rule: BlindRule;
  onUnblinded: () => void;
  onUnauthorized: () => void;
}

export function BlindNotice({ slug, rule, onUnblinded, onUnauthorized }: BlindNoticeProps) {
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
        <strong>This study is blind.</strong> How well people and models do is hidden from everybody. {blindUntil(rule)}
      </p>
      {!isAsked && (
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
