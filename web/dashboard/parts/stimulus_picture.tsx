// A stimulus as small as in lists of trials: its picture, or its name where there is no picture.

import { mediaUrl } from "../api.ts";

export interface StimulusPictureProps {
  sha256: string;
  /** What stands for a picture that there is not. */
  label: string | null;
  isChosen: boolean;
}

export function StimulusPicture({ sha256, label, isChosen }: StimulusPictureProps) {
  const chosen = isChosen ? "chosen" : "";
  if (label !== null) return <span class={`stimulus-name ${chosen}`} title={label} data-testid="stimulus-name">{label.replaceAll("_", " ")}</span>;
  return <img src={mediaUrl(sha256)} alt="" loading="lazy" decoding="async" width={52} height={52} class={chosen} />;
}
