// The one-time page behind the link that a new server prints, that an invited person gets, or who lost a password: sets name and password.

import { useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import { Notice } from "../parts/notice.tsx";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, passwordProblem } from "../parts/password_section.tsx";
import { useTitle } from "../parts/small.tsx";
import { mistakeOf, type Mistake } from "../parts/work.ts";
import type { EntryProps } from "./login.tsx";

/** A name that is taken, or is not the one whose password this link sets, belongs beside the name. */
function entryMistake(failure: unknown): Mistake {
  const mistake = mistakeOf(failure);
  return mistake.field === "" && (/another name/.test(mistake.message) || (failure instanceof ApiError && failure.status === 409)) ? { ...mistake, field: "name" } : mistake;
}

export function SetupPage({ onEntered }: EntryProps) {
  // The token is behind the "#", so that it is in no server's log; it leaves the address bar with this page.
  const [token] = useState(() => location.hash.slice(1));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [mistake, setMistake] = useState<Mistake | null>(null);
  const [isBusy, setBusy] = useState(false);
  useTitle("Set up");

  if (token === "")
    return (
      <Notice kind="error">
        This link is incomplete: the part after “#” is missing. Copy the whole link that you were given (the first one is printed when the server starts), or{" "}
        <a href="/login">log in</a> if a name and password are set already.
      </Notice>
    );

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const wrong = passwordProblem(password);
    if (wrong !== null) return setMistake({ field: "password", message: wrong });
    setBusy(true);
    setMistake(null);
    try {
      const { account } = await api.setup(token, name.trim(), password);
      onEntered(account, "/");
    } catch (failure) {
      setMistake(entryMistake(failure));
      setBusy(false);
    }
  }

  return (
    <main class="entry">
      <form class="form card" onSubmit={(event) => void submit(event)}>
        <h1>Welcome to Dinolab</h1>
        <p class="muted">Choose the name and password that you will log in with. This link works once.</p>
        <label>
          Name
          <input type="text" autocomplete="username" required autofocus maxLength={100} data-testid="setup-name" value={name}
            aria-invalid={mistake?.field === "name"} onInput={(event) => setName(event.currentTarget.value)} />
          {mistake?.field === "name" && <span class="field-problem" role="alert" data-testid="setup-name-problem">{mistake.message}</span>}
        </label>
        <label>
          Password
          <small>At least {PASSWORD_LENGTH_MIN} characters. A few unrelated words are good.</small>
          <input {...(isShown ? { type: "text" as const } : { type: "password" as const })} autocomplete="new-password" required maxLength={PASSWORD_LENGTH_MAX}
            data-testid="setup-password" value={password} aria-invalid={mistake?.field === "password"} onInput={(event) => setPassword(event.currentTarget.value)} />
          {mistake?.field === "password" && <span class="field-problem" role="alert" data-testid="setup-password-problem">{mistake.message}</span>}
        </label>
        <label class="check">
          <input type="checkbox" data-testid="setup-show" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
          Show the password
        </label>
        <p class="form-error" role="alert" data-testid="setup-error">
          {mistake !== null && !["name", "password"].includes(mistake.field) && mistake.message}
        </p>
        <button class="button" type="submit" disabled={isBusy} data-testid="setup-submit">
          Set name and password
        </button>
      </form>
    </main>
  );
}
