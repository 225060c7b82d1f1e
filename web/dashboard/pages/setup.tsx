// The one-time page behind the link that a new server prints: sets the first researcher's name and password.

import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { Notice } from "../parts/notice.tsx";
import { useTitle } from "../parts/small.tsx";
import type { EntryProps } from "./login.tsx";

const PASSWORD_LENGTH_MIN = 10;
const PASSWORD_LENGTH_MAX = 200;

export function SetupPage({ onEntered }: EntryProps) {
  // The token is behind the "#", so that it is in no server's log; it leaves the address bar with this page.
  const [token] = useState(() => location.hash.slice(1));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  useTitle("Set up");

  if (token === "")
    return (
      <Notice kind="error">
        This link is incomplete: the part after “#” is missing. Copy the whole link that the server printed when it started, or{" "}
        <a href="/login">log in</a> if a name and password are set already.
      </Notice>
    );

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (password.length < PASSWORD_LENGTH_MIN) {
      setError(`The password needs at least ${PASSWORD_LENGTH_MIN} characters; this one has ${password.length}.`);
      return;
    }
    setBusy(true);
    setError("");
    try {
      const { account } = await api.setup(token, name.trim(), password);
      onEntered(account, "/");
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
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
            onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          Password
          <small>At least {PASSWORD_LENGTH_MIN} characters. A few unrelated words are good.</small>
          <input {...(isShown ? { type: "text" as const } : { type: "password" as const })} autocomplete="new-password" required maxLength={PASSWORD_LENGTH_MAX}
            data-testid="setup-password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        </label>
        <label class="check">
          <input type="checkbox" data-testid="setup-show" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
          Show the password
        </label>
        <p class="form-error" role="alert" data-testid="setup-error">
          {error}
        </p>
        <button class="button" type="submit" disabled={isBusy} data-testid="setup-submit">
          Set name and password
        </button>
      </form>
    </main>
  );
}
