// One's own password, and the end of every login.

import { useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { peopleApi } from "../people_api.ts";
import { Confirm } from "./confirm.tsx";
import { Labelled } from "./people_parts.tsx";
import { useWork } from "./work.ts";

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 200;
const FIELDS = ["old_password", "new_password"];

/** What is wrong with a new password; null when nothing is. */
export function passwordProblem(password: string): string | null {
  // The server counts bytes, of which every letter has at least one.
  if (password.length >= PASSWORD_LENGTH_MIN) return null;
  return `The password needs at least ${PASSWORD_LENGTH_MIN} characters; this one has ${password.length}.`;
}

export function PasswordSection({ onUnauthorized }: { onUnauthorized: () => void }) {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [isShown, setShown] = useState(false);
  const [said, setSaid] = useState("");
  const { isBusy, problem, setMistake, run } = useWork(onUnauthorized);
  const kind = isShown ? { type: "text" as const } : { type: "password" as const };

  async function change(): Promise<void> {
    setSaid("");
    const wrong = passwordProblem(next);
    if (wrong !== null) return setMistake({ field: "new_password", message: wrong });
    const isDone = await run(async () => {
      try {
        await peopleApi.changePassword(old, next);
      } catch (failure) {
        // Of one's own account, only the old password can be refused.
        if (failure instanceof ApiError && failure.status === 403) throw new ApiError(failure.kind, failure.status, failure.message, "old_password");
        throw failure;
      }
    });
    if (!isDone) return;
    setOld("");
    setNext("");
    setSaid("The password is changed. Other browsers that were logged in are logged out.");
  }

  return (
    <section class="card people-section" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); void change(); }}>
        <Labelled name="Password now" problem={problem("old_password")} testid="old-password">
          <input {...kind} autocomplete="current-password" maxLength={PASSWORD_LENGTH_MAX} value={old} data-testid="old-password"
            aria-invalid={problem("old_password") !== null} onInput={(event) => setOld(event.currentTarget.value)} />
        </Labelled>
        <Labelled name="New password" problem={problem("new_password")} testid="new-password" about={`At least ${PASSWORD_LENGTH_MIN} characters. A few unrelated words are good.`}>
          <input {...kind} autocomplete="new-password" maxLength={PASSWORD_LENGTH_MAX} value={next} data-testid="new-password"
            aria-invalid={problem("new_password") !== null} onInput={(event) => setNext(event.currentTarget.value)} />
        </Labelled>
        <div class="person-form-end">
          <button type="submit" class="button" disabled={isBusy || old === "" || next === ""} data-testid="change-password">Change password</button>
          <label class="switch">
            <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
            Show both
          </label>
        </div>
      </form>
      {problem("", FIELDS) !== null && <p class="form-error" role="alert">{problem("", FIELDS)}</p>}
      <p class="said" role="status" data-testid="password-said">{said}</p>
    </section>
  );
}

export function LoginsSection({ onUnauthorized }: { onUnauthorized: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const end = (): void => void run(async () => {
    await peopleApi.endLogins();
    onUnauthorized();
  });
  return (
    <section class="card people-section" aria-labelledby="logins-title">
      <h2 id="logins-title">Logins</h2>
      <p class="muted">A login lasts 14 days. Was a computer lost, or did you forget to log out somewhere? End them all. API tokens stay.</p>
      {!isAsked && <div><button type="button" class="button quiet" data-testid="end-logins" onClick={() => setAsked(true)}>Log out everywhere…</button></div>}
      {isAsked && <Confirm question="Log out in every browser, in this one too?" yes="Log out everywhere" isBusy={isBusy} onYes={end} onNo={() => setAsked(false)} />}
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
    </section>
  );
}
