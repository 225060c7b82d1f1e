// Amounts are integers in the currency's smallest unit; only here do they become text.

function minorDigits(currency: string, language: string): number {
  return new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** "£2.45" for 245 GBP, "¥300" for 300 JPY; "2.45 Points" for a unit that is no currency. */
export function moneyText(minor: number, currency: string, language: string): string {
  try {
    const digits = minorDigits(currency, language);
    return new Intl.NumberFormat(language, { style: "currency", currency }).format(minor / 10 ** digits);
  } catch {
    return `${new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(minor / 100)} ${currency}`;
  }
}
