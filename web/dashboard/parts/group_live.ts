// The group's numbers of a study, live, of those whom the exclusions leave.

import { groupStreamUrl } from "../api.ts";
import { EMPTY_GROUP_STATE, reduceGroup, type GroupAction, type GroupState } from "../state/group_state.ts";
import type { Exclusion } from "../types.ts";
import { useLive, type LivePage, type LiveSource } from "./live.ts";

const SOURCE: LiveSource<GroupState, GroupAction> = {
  eventNames: ["snapshot"],
  initial: EMPTY_GROUP_STATE,
  reduce: reduceGroup,
  isBroken: () => false,
};

/** When the exclusions change, what is shown stays until the new numbers are there; `group.exclude` tells whose numbers they are. */
export function useGroup(slug: string, exclude: readonly Exclusion[], onUnauthorized: () => void): LivePage<GroupState> {
  return useLive(groupStreamUrl(slug, exclude), SOURCE, onUnauthorized);
}
