// One's own account: password, second factor, logins, API tokens.

import { LoginsSection, PasswordSection } from "../parts/password_section.tsx";
import { SITE_ROLE_MEANS } from "../parts/people_parts.tsx";
import { useAccount } from "../parts/rights.tsx";
import { useTitle } from "../parts/small.tsx";
import { TokenSection } from "../parts/token_section.tsx";
import { TotpSection } from "../parts/totp.tsx";

export function AccountPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const account = useAccount();
  useTitle("Your account");
  if (account === null) return null;
  return (
    <div class="people-page">
      <div class="page-head">
        <div>
          <h1>{account.name}</h1>
          <p class="muted" data-testid="own-role">
            Your role on this site is <strong>{account.site_role}</strong>: one who {SITE_ROLE_MEANS[account.site_role]}.
          </p>
        </div>
      </div>
      <PasswordSection onUnauthorized={onUnauthorized} />
      <TotpSection onUnauthorized={onUnauthorized} />
      <LoginsSection onUnauthorized={onUnauthorized} />
      <TokenSection onUnauthorized={onUnauthorized} />
    </div>
  );
}
