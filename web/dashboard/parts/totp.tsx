// The second factor of one's own account: set up with an app, confirmed by its first code, turned off by the password.

import { useState } from "preact/hooks";
import { call } from "../api.ts";
import { Labelled } from "./people_parts.tsx";
import { CopyField } from "./small.tsx";
import { useLoaded, useWork } from "./work.ts";

interface SecondFactor {
  is_on: boolean;
  recovery_code_count: number;
}

interface Offer {
  secret: string;
  uri: string;
}

const totpApi = {
  state: () => call<SecondFactor>("GET", "/account/totp"),
  offer: () => call<Offer>("POST", "/account/totp", {}),
  confirm: async (code: string) => (await call<{ recovery_codes: string[] }>("POST", "/account/totp/confirm", { code })).recovery_codes,
  off: (password: string) => call<object>("POST", "/account/totp/off", { password }),
};

/** Below so many recovery codes one had better make new ones. */
const FEW_CODES = 3;

export interface TotpProps {
  onUnauthorized: () => void;
}

export function TotpSection({ onUnauthorized }: TotpProps) {
  const { value: state, error, again } = useLoaded(totpApi.state, "", onUnauthorized);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const onConfirmed = (made: readonly string[]): void => {
    setCodes(made);
    again();
  };
  return (
    <section class="card people-section" aria-labelledby="totp-title">
      <h2 id="totp-title">Second factor</h2>
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {codes !== null && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      {codes === null && state !== null && !state.is_on && <Off onConfirmed={onConfirmed} onUnauthorized={onUnauthorized} />}
      {codes === null && state?.is_on === true && <On count={state.recovery_code_count} onOff={again} onUnauthorized={onUnauthorized} />}
    </section>
  );
}

function Off({ onConfirmed, onUnauthorized }: TotpProps & { onConfirmed: (codes: readonly string[]) => void }) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  return (
    <>
      <p class="muted" data-testid="totp-is-off">
        It is off: the password alone lets you in. With it on, a login also needs a code of six digits that an app on your phone shows (any that
        speaks TOTP). API tokens are not asked for it.
      </p>
      {offer === null && (
        <div>
          <button type="button" class="button quiet" disabled={isBusy} data-testid="totp-begin" onClick={() => void run(async () => setOffer(await totpApi.offer()))}>
            Set it up…
          </button>
        </div>
      )}
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
      {offer !== null && <Confirming offer={offer} onConfirmed={onConfirmed} onUnauthorized={onUnauthorized} />}
    </>
  );
}

function Confirming({ offer, onConfirmed, onUnauthorized }: TotpProps & { offer: Offer; onConfirmed: (codes: readonly string[]) => void }) {
  const [code, setCode] = useState("");
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const confirm = (): void => void run(async () => onConfirmed(await totpApi.confirm(code)));
  return (
    <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); confirm(); }}>
      <div class="shown-once">
        <p>
          <strong>1. Give the app this key.</strong> Choose “enter a key by hand”, time-based. On the phone itself,{" "}
          <a href={offer.uri} data-testid="totp-uri">this link</a> opens the app. The key is not shown again.
        </p>
        <CopyField label="Key for the app" value={offer.secret.replace(/(.{4})(?=.)/g, "$1 ")} testid="totp-secret" />
      </div>
      <Labelled name="2. The code that it shows now" problem={problem("")} testid="totp-code">
        <input type="text" inputMode="numeric" autocomplete="one-time-code" maxLength={10} value={code} data-testid="totp-code"
          aria-invalid={problem("") !== null} onInput={(event) => setCode(event.currentTarget.value)} />
      </Labelled>
      <div class="person-form-end">
        <button type="submit" class="button" disabled={isBusy || code.trim() === ""} data-testid="totp-confirm">Turn it on</button>
      </div>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div class="shown-once" role="status" data-testid="totp-recovery">
      <p>
        <strong>It is on. Keep these codes apart from the phone.</strong> Where the phone is lost, each lets you in once in place of the app’s
        code. They are not shown again.
      </p>
      <ul class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <CopyField label="All codes" value={codes.join(" ")} testid="totp-codes" />
      <button type="button" class="button quiet small" data-testid="totp-recovery-done" onClick={onDone}>
        I have them
      </button>
    </div>
  );
}

function codesLeft(count: number): string {
  return count === 1 ? "1 recovery code is left" : `${count} recovery codes are left`;
}

function On({ count, onOff, onUnauthorized }: TotpProps & { count: number; onOff: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const off = (): void => void run(async () => {
    await totpApi.off(password);
    onOff();
  });
  return (
    <>
      <p data-testid="totp-is-on">
        It is on: a login needs the app’s code. {codesLeft(count)}
        {count < FEW_CODES ? "; for new ones, turn it off and set it up again." : "."}
      </p>
      {!isAsked && <div><button type="button" class="button quiet" data-testid="totp-off" onClick={() => setAsked(true)}>Turn it off…</button></div>}
      {isAsked && (
        <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); off(); }}>
          <Labelled name="Your password" problem={problem("")} testid="totp-password" about="The recovery codes are void then.">
            <input type="password" autocomplete="current-password" maxLength={200} value={password} data-testid="totp-password"
              aria-invalid={problem("") !== null} onInput={(event) => setPassword(event.currentTarget.value)} />
          </Labelled>
          <div class="person-form-end">
            <button type="submit" class="button" disabled={isBusy || password === ""} data-testid="totp-off-yes">Turn it off</button>
            <button type="button" class="button quiet" onClick={() => setAsked(false)}>Keep it on</button>
          </div>
            </form>
      )}
    </>
  );
}
