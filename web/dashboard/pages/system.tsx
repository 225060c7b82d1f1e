// Being built.

import type { FunctionComponent } from "preact";
import { Notice } from "../parts/notice.tsx";

export const SystemPage: FunctionComponent<{  onUnauthorized: () => void }> = () => <Notice kind="hint">Nothing to see yet.</Notice>;
