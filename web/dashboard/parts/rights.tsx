// Who is logged in and what they may do, so that what they may not is not shown. The server refuses it in any case.

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { peopleApi } from "../people_api.ts";
import type { Account, Role } from "../types.ts";

const ORDER: readonly Role[] = ["viewer", "researcher", "owner"];
const RETRY_MS = 3000;

/** Null: nobody, or not known yet. */
export const AccountContext = createContext<Account | null>(null);

export function useAccount(): Account | null {
  return useContext(AccountContext);
}

export function isAtLeast(role: Role | null, least: Role): boolean {
  return role !== null && ORDER.indexOf(role) >= ORDER.indexOf(least);
}

/** What was last heard of "account in study", so that the next page begins with it. */
const heard = new Map<string, Role>();

/** The role in a study of who is logged in; null while it is not known, when no change is offered. */
export function useRole(slug: string): Role | null {
  const account = useAccount();
  const key = `${account?.name ?? ""} in ${slug}`;
  const [, setAnswers] = useState(0);
  const mustAsk = account !== null && account.site_role !== "owner"; // owners of the site are owners of every study
  useEffect(() => {
    if (!mustAsk) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function ask(): void {
      peopleApi.role(slug).then(
        (role) => {
          heard.set(key, role);
          if (!isOver) setAnswers((before) => before + 1);
        },
        (failure: unknown) => {
          // What the server refuses, it refuses the page too, which says so.
          if (!isOver && failure instanceof ApiError && failure.status === 0) timer = setTimeout(ask, RETRY_MS);
        },
      );
    }
    ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, mustAsk]);
  return account?.site_role === "owner" ? "owner" : (heard.get(key) ?? null);
}
