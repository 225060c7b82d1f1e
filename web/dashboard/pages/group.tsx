// Being built.

import type { FunctionComponent } from "preact";
import { Notice } from "../parts/notice.tsx";

export const GroupPage: FunctionComponent<{ slug: string; onUnauthorized: () => void }> = () => <Notice kind="hint">Nothing to see yet.</Notice>;
