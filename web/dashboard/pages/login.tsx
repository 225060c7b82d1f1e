import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import { useTitle } from "../parts/small.tsx";
import type { Account } from "../types.ts";

export interface EntryProps {
  onEntered: (account: Account, next: string) => void;
}

export function LoginPage({ next, onEntered }: EntryProps & { next: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const codeInput = useRef<HTMLInputElement>(null);
  useTitle("Log in");
  useEffect(() => codeInput.current?.focus(), [isCodeNeeded, error]);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      const { account } = await api.login(name, password, isCodeNeeded ? code.trim() : "");
      onEntered(account, next);
    } catch (failure) {
      if (failure instanceof ApiError && failure.kind === "code_needed") {
        setCode("");
        setCodeNeeded(true);
      }
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  }

  return (
    <main class="entry">
      <form class="form card" onSubmit={(event) => void submit(event)}>
        <h1>Dinolab</h1>
        <p class="muted">For researchers. Participants use the link that they were given.</p>
        <label>
          Name
          <input type="text" autocomplete="username" required autofocus data-testid="login-name" value={name}
            onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          Password
          <input type="password" autocomplete="current-password" required data-testid="login-password" value={password}
            onInput={(event) => setPassword(event.currentTarget.value)} />
        </label>
        {isCodeNeeded && (
          <label>
            Code of your app
            <small>Six digits. Is the phone lost? A recovery code will do.</small>
            <input type="text" autocomplete="one-time-code" required maxLength={40} data-testid="login-code" value={code}
              ref={codeInput} onInput={(event) => setCode(event.currentTarget.value)} />
          </label>
        )}
        <p class="form-error" role="alert" data-testid="login-error">
          {error}
        </p>
        <button class="button" type="submit" disabled={isBusy} data-testid="login-submit">
          Log in
        </button>
      </form>
    </main>
  );
}
